import { assertOneOf, invalidOption } from '../../../options.ts'
import type { Principal } from '../../../principal.ts'
import type { RequestView } from '../../../request-view.ts'
import type { PolicyRoute } from '../../policy-route.ts'

/** What the input of a policy holds only when it is asked for. */
export type OpaInclude = 'claims' | 'query' | 'requestId' | 'time'

export const OPA_INCLUDES: readonly OpaInclude[] = ['claims', 'query', 'requestId', 'time']

/** What a policy decides on. Every member is named as Rego names things; what is not known is left out. */
export interface OpaInput {
  /**
   * The canonical path as routes are matched on it: in lower case, decoded, without a slash at its end. A slash, backslash or
   * percent sign inside a segment stays encoded, so a segment never looks like two.
   */
  readonly path: string
  /** The roles of the principal, of whatever kind it is. */
  readonly user_roles: readonly string[]
  readonly principal: Readonly<Record<string, unknown>>
  readonly request: Readonly<Record<string, unknown>>
}

/** What is to be decided about. */
export interface OpaQuestion {
  readonly principal: Principal
  readonly request: RequestView
  /** The route whose rule asks; `undefined` when none does. */
  readonly route: PolicyRoute | undefined
  /** Epoch seconds. */
  readonly now: number
}

/** @throws TypeError for what is no list of what can be included */
export function checkedIncludes(factory: string, include: unknown): ReadonlySet<OpaInclude> {
  if (include === undefined) return new Set()
  if (!Array.isArray(include)) throw invalidOption(factory, `"include" must be a list of ${OPA_INCLUDES.join(', ')}`)
  for (const each of include) assertOneOf(factory, 'include', each, OPA_INCLUDES)
  return new Set(include)
}

/** What is sent: nothing that the principal is proven by, and no header of the request. */
export function inputOf({ principal, request, route, now }: OpaQuestion, include: ReadonlySet<OpaInclude>): OpaInput {
  const { method, path, segments, host, scheme, clientAddress } = request
  return {
    path: pathOf(segments),
    user_roles: principal.roles,
    principal: principalIn(principal, include.has('claims')),
    request: {
      ...{ method, path, segments, host, scheme, client_address: clientAddress },
      ...(route && { route: { rule: route.rule, path: route.path, parameters: route.parametersOf(request) } }),
      ...(include.has('query') && { query: request.query }),
      ...(include.has('requestId') && { id: request.id }),
      ...(include.has('time') && { time: Math.floor(now) }),
    },
  }
}

function principalIn(principal: Principal, withClaims: boolean): OpaInput['principal'] {
  const { kind, subject, method, issuer, email, roles, scopes, tier, claims } = principal
  return {
    ...{ kind, subject, method, issuer, email, roles, scopes, tier },
    client_id: principal.clientId,
    tenant_id: principal.tenantId,
    credential_id: principal.credentialId,
    authenticated_at: principal.authenticatedAt,
    expires_at: principal.expiresAt,
    ...(withClaims && { claims }),
  }
}

const AMBIGUOUS = /[/\\%]/g

function pathOf(segments: readonly string[]): string {
  return `/${segments.map((segment) => segment.replace(AMBIGUOUS, encodeURIComponent)).join('/')}`
}
