import type { Authenticator } from './authenticate/authenticator.ts'
import type { RoleHierarchy } from './authorize/requirements/role-hierarchy.ts'
import type { RouteRule } from './authorize/route-rule.ts'
import type { RouteSource } from './authorize/route-source.ts'
import type { Clock } from './effects.ts'
import { isToken } from './header-name.ts'
import type { LimitOptions } from './limit/limiter.ts'
import {
  assertDelayMs,
  assertFunction,
  assertKnownKeys,
  assertOrigins,
  assertStrings,
  invalidOption,
} from './options.ts'
import type { IdentityOptions } from './propagate/identity-headers.ts'
import type { AdmissionOptions } from './request/admit.ts'
import type { CorsOptions } from './request/cors.ts'

export interface BoundaryOptions extends AdmissionOptions {
  /** Who may come: one authenticator, or several in `anyOf` or `allOf`. */
  readonly authenticate: Authenticator
  /**
   * What each route asks for. A route that no rule names is denied. Without a table any principal is let through,
   * and nobody else. A list of rules, or `routesFromFile(…)`.
   */
  readonly routes?: readonly RouteRule[] | RouteSource
  /** Roles that include others, for all rules: `{ admin: ['editor'] }`. */
  readonly roleHierarchy?: RoleHierarchy
  /** How much each network, client, tenant … may ask for. Default: as much as it likes. */
  readonly limits?: LimitOptions
  /** The headers that tell the upstream who calls. */
  readonly identity?: IdentityOptions
  /** Further header names that no client may send upstream. */
  readonly strip?: readonly string[]
  /** Origins whose pages may open WebSockets here, such as `https://app.example.com`, besides this host's own. */
  readonly origins?: readonly string[]
  /** Pages of other origins that may call from a browser. Preflights are then answered here. Default: none may. */
  readonly cors?: CorsOptions
  /** Bounds the authenticator as a whole, and each policy of a rule; then 503. Default 10,000. */
  readonly deadlineMs?: number
  /** Default: the system's clock. */
  readonly now?: Clock
}

export const BOUNDARY_OPTIONS: readonly string[] = [
  ...['authenticate', 'routes', 'roleHierarchy', 'limits', 'identity', 'strip', 'origins', 'cors', 'deadlineMs', 'now'],
  ...['hosts', 'methods', 'trustedProxies', 'path', 'maxHeaderFields'],
]

/** @throws TypeError when an option that no stage checks is wrong */
export function assertBoundaryOptions(options: BoundaryOptions): void {
  assertKnownKeys('boundary', options, BOUNDARY_OPTIONS)
  const { authenticate, strip, origins, deadlineMs, now } = options
  if (typeof authenticate?.authenticate !== 'function' || !Array.isArray(authenticate.sources)) {
    throw invalidOption('boundary', '"authenticate" must be an authenticator, such as jwtAuthenticator({ … })')
  }
  if (strip !== undefined) {
    assertStrings('boundary', 'strip', strip)
    if (!strip.every(isToken)) throw invalidOption('boundary', '"strip" must hold header names')
  }
  if (origins !== undefined) assertOrigins('boundary', 'origins', origins)
  if (deadlineMs !== undefined) assertDelayMs('boundary', 'deadlineMs', deadlineMs)
  if (now !== undefined) assertFunction('boundary', 'now', now)
}
