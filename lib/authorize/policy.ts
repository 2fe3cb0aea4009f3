import type { Awaitable } from '../effects.ts'
import { AuthError } from '../errors.ts'
import type { Principal } from '../principal.ts'
import type { RequestView } from '../request-view.ts'
import type { PolicyRoute } from './policy-route.ts'

export type Decision = { readonly allow: true } | { readonly allow: false; readonly error: AuthError }

/** Decides whether a principal may make a request. A thrown or rejected anything is a failed dependency: 503. */
export interface Policy {
  /** For logs and events. */
  readonly name: string
  decide(principal: Principal, request: RequestView): Awaitable<Decision>
  /**
   * The same policy for one route, for what wants to know by which rule it is asked. A route table calls it once for each
   * rule that names the policy, whenever it is compiled; what `authorize()` asks has no route.
   */
  forRoute?(route: PolicyRoute): Policy
}

export const ALLOW: Decision = Object.freeze({ allow: true })

/** Denies with 403 `access_denied`. The reason is for logs; the caller learns nothing of the rule. */
export function deny(reason: string): Decision {
  return { allow: false, error: new AuthError('access_denied', { reason }) }
}
