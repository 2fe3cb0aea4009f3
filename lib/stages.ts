import type { Authentication, Authenticator } from './authenticate/authenticator.ts'
import { urlCredentialTest } from './authenticate/credential.ts'
import { ALLOW, type Decision, type PolicyHeaders } from './authorize/policy.ts'
import { type CompiledRule, idOfRule } from './authorize/route-rule.ts'
import { tableInForce } from './authorize/table-in-force.ts'
import { assertBoundaryOptions, type BoundaryOptions } from './boundary-options.ts'
import { DEFAULT_DEADLINE_MS, withDeadline } from './deadline.ts'
import type { Entrance } from './decision-event.ts'
import type { Awaitable } from './effects.ts'
import { AuthError, DependencyError } from './errors.ts'
import { foldHeaderName } from './header-name.ts'
import { createHeaderRules } from './header-rules.ts'
import { createLimiter, type Limiter, type LimitVerdict, NOTHING_COUNTED } from './limit/limiter.ts'
import { invalidOption } from './options.ts'
import { isPrincipal, type Principal } from './principal.ts'
import { forwardedHeaders } from './propagate/forwarded-headers.ts'
import { type IdentityHeaders, identityHeaders } from './propagate/identity-headers.ts'
import { type ForwardedHeaders, stripHeaders } from './propagate/strip.ts'
import { createAdmission, DEFAULT_METHODS } from './request/admit.ts'
import { AdmittedRequest } from './request/admitted-request.ts'
import { pathCanonicalizer } from './request/canonical-path.ts'
import { upgradeProblem } from './request/web-socket.ts'
import type { RawRequest, RequestView } from './request-view.ts'

/** A request that has been admitted, and what of its headers may go on. */
export interface Admitted {
  readonly request: RequestView
  readonly forwarded: ForwardedHeaders
}

/** The stages of a request's way, in its order. Each answers with what the next one needs, or with an error. */
export interface Stages {
  /** What of a request's headers may go on, also when the request may not. */
  strip(raw: RawRequest): ForwardedHeaders
  admit(raw: RawRequest, entrance: Entrance): Admitted | AuthError
  /** The rule that governs a request; `undefined` when there is no table, or none names the route. */
  match(request: RequestView): CompiledRule | undefined
  /**
   * Counts a request against the limits: before anybody is known by where it comes from, with a principal by who sends it.
   * @returns what to tell of the limits
   */
  limit(request: RequestView, rule: CompiledRule | undefined, principal: Principal | undefined): Awaitable<LimitVerdict>
  authenticate(request: RequestView): Awaitable<Principal | AuthError>
  authorize(principal: Principal, request: RequestView, rule: CompiledRule | undefined): Awaitable<Decision>
  /** @param policyHeaders what the decision wants the upstream to be told besides */
  propagate(
    admitted: Admitted,
    principal: Principal | undefined,
    entrance: Entrance,
    policyHeaders?: PolicyHeaders | undefined,
  ): ForwardedHeaders | AuthError
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function createStages(options: BoundaryOptions): Stages {
  assertBoundaryOptions(options)
  const { authenticate: authenticator } = options
  const identity = identityHeaders(options.identity ?? {}, hasSeveralIssuers(authenticator))
  const credentials = authenticator.sources.map(({ header }) => header)
  const canonicalize = pathCanonicalizer(options.path)
  const segmentsOf = (path: string) => canonicalize(path)?.segments
  const table = options.routes && tableInForce(options.routes, segmentsOf, tableOptions(options))
  const policyHeaders = table?.setsHeaders ?? []
  assertOwnHeaders(policyHeaders, [...identity.managed, ...credentials])
  const managed = [...identity.managed, ...policyHeaders, ...(options.strip ?? [])]
  const rules = createHeaderRules({ managed, credentials })
  const limiter = options.limits && createLimiter(options.limits, ruleIds(options.routes), options.now)
  const admitRequest = createAdmission(options, rules)
  const origins = new Set(options.origins)

  return {
    strip: (raw) => stripHeaders(raw, rules),
    admit(raw, entrance) {
      const forwarded = stripHeaders(raw, rules)
      const request = admitRequest(raw, forwarded)
      if (request instanceof AuthError) return request
      if (raw.rewritten) throw new DependencyError('boundary', 'a middleware before it rewrote the URL; move it behind')
      return upgradeProblem(raw, entrance, origins) ?? { request, forwarded }
    },
    match: (request) => table?.now().match(request),
    limit: limiter ? limitation(limiter) : () => NOTHING_COUNTED,
    authenticate: authentication(authenticator, options.deadlineMs ?? DEFAULT_DEADLINE_MS),
    authorize: (principal, request, rule) => (table ? (rule?.decide(principal, request) ?? notNamed()) : ALLOW),
    propagate: (admitted, principal, entrance, more) => propagate(admitted, principal, entrance, identity, more),
  }
}

function tableOptions({ methods = DEFAULT_METHODS, hosts, now, roleHierarchy, deadlineMs }: BoundaryOptions) {
  return { methods, hosts: hosts?.map((host) => host.toLowerCase()), now, roleHierarchy, deadlineMs }
}

/** Who it is comes from the credential alone, and no policy can say otherwise, under any spelling. */
function assertOwnHeaders(names: readonly string[], others: readonly string[]): void {
  const taken = new Set(others.map(foldHeaderName))
  const bad = names.find((name) => taken.has(foldHeaderName(name)))
  if (bad === undefined) return
  throw invalidOption('boundary', `a policy of "routes" sets "${bad}", which tells who calls; give it another name`)
}

/** What costs and limits may name: of a source, what is in it at boot. */
function ruleIds(routes: BoundaryOptions['routes']): readonly string[] | undefined {
  if (routes === undefined || !('follow' in routes)) return routes?.map(idOfRule)
  let ids: readonly string[] = []
  routes.follow(({ rules }) => {
    ids = rules.map(idOfRule)
    return () => undefined
  })
  return ids
}

function hasSeveralIssuers({ issuers }: Authenticator): boolean {
  return issuers === 'any' || issuers.length > 1
}

function limitation(limiter: Limiter): Stages['limit'] {
  return (request, rule, principal) => {
    const route = rule?.id ?? ''
    return principal ? limiter.countPrincipal(principal, request, route) : limiter.countNetwork(request, route)
  }
}

function authentication(authenticator: Authenticator, deadlineMs: number): Stages['authenticate'] {
  const isInUrl = urlCredentialTest(authenticator.urlParameters)
  return (request) => {
    if (isInUrl(request.query)) return credentialInUrl()
    const answer = withDeadline('authenticator', deadlineMs, authenticator.authenticate(request))
    if (!(answer instanceof Promise)) return principalOrError(answer)
    return answer.then(principalOrError, (error: unknown) => failed(request, error))
  }
}

/** Who waits for a slow client has not failed. */
function failed(request: RequestView, error: unknown): AuthError {
  if (!(request instanceof AdmittedRequest) || !request.isWaitingForBody) throw error
  const detail = 'The body did not arrive in time.'
  return new AuthError('request_timeout', { reason: 'body too slow', detail, cause: error })
}

function principalOrError(answer: Authentication): Principal | AuthError {
  if (answer.outcome === 'absent') return new AuthError('unauthenticated', { reason: 'no credential' })
  if (answer.outcome === 'rejected' && answer.error instanceof AuthError) return answer.error
  if (answer.outcome === 'authenticated' && isPrincipal(answer.principal)) return answer.principal
  throw new DependencyError('authenticator', 'answered with neither an AuthError nor a principal of createPrincipal()')
}

function propagate(
  { request, forwarded }: Admitted,
  principal: Principal | undefined,
  entrance: Entrance,
  identity: IdentityHeaders,
  policyHeaders: PolicyHeaders | undefined,
): ForwardedHeaders | AuthError {
  const identified = principal && identity.of(principal)
  if (identified instanceof AuthError) return identified
  const ours = forwardedHeaders(request)
  if (policyHeaders !== undefined) Object.assign(ours, policyHeaders)
  if (identity.requestIdName !== undefined) ours[identity.requestIdName] = request.id
  if (entrance === 'upgrade') Object.assign(ours, { connection: 'Upgrade', upgrade: 'websocket' })
  return forwarded.with(ours, identified)
}

function credentialInUrl(): AuthError {
  const detail = 'A credential in the URL ends up in logs; send it in a header.'
  return new AuthError('invalid_request', { reason: 'credential in the URL', detail })
}

function notNamed(): Decision {
  return { allow: false, error: new AuthError('access_denied', { reason: 'no rule names the route' }) }
}
