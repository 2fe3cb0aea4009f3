import type { Authentication, Authenticator } from './authenticate/authenticator.ts'
import { urlCredentialTest } from './authenticate/credential.ts'
import { offeredBy } from './authenticate/offered.ts'
import { rehearse } from './authenticate/rehearsal.ts'
import { ALLOW, type Decision, type PolicyHeaders } from './authorize/policy.ts'
import { type CompiledRule, idOfRule, type RouteRule } from './authorize/route-rule.ts'
import type { RouteTable } from './authorize/route-table.ts'
import { tableInForce } from './authorize/table-in-force.ts'
import { assertBoundaryOptions, type BoundaryOptions } from './boundary-options.ts'
import { DEFAULT_DEADLINE_MS, withDeadline } from './deadline.ts'
import type { Entrance } from './decision-event.ts'
import { type Awaitable, type Clock, onceThere } from './effects.ts'
import { AuthError, DependencyError } from './errors.ts'
import type { ForwardedHeaders } from './forwarded-headers.ts'
import { foldHeaderName } from './header-name.ts'
import { createHeaderRules } from './header-rules.ts'
import { noteIntrospectedNow } from './introspected-now.ts'
import { checkedLimitOptions } from './limit/limit-options.ts'
import {
  createLimiter,
  type Limiter,
  type LimitOptions,
  type LimitVerdict,
  NOTHING_COUNTED,
  type PricedRoute,
} from './limit/limiter.ts'
import type { PeekedWindow } from './limit/peeking-store.ts'
import { invalidOption } from './options.ts'
import { isPrincipal, type Principal } from './principal.ts'
import { addForwarding } from './propagate/forwarding.ts'
import { type IdentityHeaders, identityHeaders } from './propagate/identity-headers.ts'
import { createAdmission, DEFAULT_METHODS } from './request/admit.ts'
import { AdmittedRequest } from './request/admitted-request.ts'
import { pathCanonicalizer } from './request/canonical-path.ts'
import { readHeaders } from './request/received-headers.ts'
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
  authenticate(request: RequestView, rule?: CompiledRule): Awaitable<Principal | AuthError>
  authorize(principal: Principal, request: RequestView, rule: CompiledRule | undefined): Awaitable<Decision>
  /** @param policyHeaders what the decision wants the upstream to be told besides */
  propagate(
    admitted: Admitted,
    principal: Principal | undefined,
    entrance: Entrance,
    policyHeaders?: PolicyHeaders | undefined,
  ): ForwardedHeaders | AuthError
  /** The same stages without their effects, for `explain()`: nothing is counted, claimed or noted. */
  rehearsal(watch: RehearsalWatch): Stages
  /** Every name that only the gateway sets, sent or not. */
  readonly managed: readonly string[]
  /** The table that governs now, if there is one. */
  table(): RouteTable | undefined
}

/** Hears what a rehearsal finds. */
export interface RehearsalWatch {
  window(window: PeekedWindow): void
  /** What of a credential was not found out, in words. */
  untold(what: readonly string[]): void
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
  const limiter = options.limits && limiterOf(options.limits, options.routes, options.now)
  const admitRequest = createAdmission(options, rules)
  const origins = new Set(options.origins)
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS

  const stagesWith = (limit: Stages['limit'], asked: Asked): Stages => ({
    strip: (raw) => readHeaders(raw.rawHeaders, rules).forwarded,
    admit(raw, entrance) {
      const headers = readHeaders(raw.rawHeaders, rules)
      const request = admitRequest(raw, headers)
      if (request instanceof AuthError) return request
      if (raw.rewritten) throw new DependencyError('boundary', 'a middleware before it rewrote the URL; move it behind')
      return upgradeProblem(raw, headers, entrance, origins) ?? { request, forwarded: headers.forwarded }
    },
    match: (request) => table?.now().match(request),
    limit,
    authenticate: authentication(asked, deadlineMs),
    authorize: (principal, request, rule) => (table ? (rule?.decide(principal, request) ?? notNamed()) : ALLOW),
    propagate: (admitted, principal, entrance, more) => propagate(admitted, principal, entrance, identity, more),
    managed: identity.managed,
    table: () => table?.now(),
    rehearsal: (watch) =>
      stagesWith(
        limitation(limiter?.peeking(watch.window)),
        rehearsing(authenticator, (what) => watch.untold(what)),
      ),
  })
  return stagesWith(limitation(limiter), authenticator)
}

type Asked = Pick<Authenticator, 'urlParameters' | 'authenticate'>

function rehearsing(authenticator: Authenticator, tell: RehearsalWatch['untold']): Asked {
  return {
    urlParameters: authenticator.urlParameters,
    authenticate: (request, freshly) =>
      onceThere(rehearse(authenticator, request, freshly), ({ answer, untold }) => {
        tell(untold)
        return answer
      }),
  }
}

function tableOptions(options: BoundaryOptions) {
  const { methods = DEFAULT_METHODS, hosts, now, roleHierarchy, deadlineMs } = options
  const offered = offeredBy(options.authenticate)
  return { methods, hosts: hosts?.map((host) => host.toLowerCase()), now, roleHierarchy, deadlineMs, offered }
}

/** Who it is comes from the credential alone, and no policy can say otherwise, under any spelling. */
function assertOwnHeaders(names: readonly string[], others: readonly string[]): void {
  const taken = new Set(others.map(foldHeaderName))
  const bad = names.find((name) => taken.has(foldHeaderName(name)))
  if (bad === undefined) return
  throw invalidOption('boundary', `a policy of "routes" sets "${bad}", which tells who calls; give it another name`)
}

/** Of a source, each table must have what the limits name: a limit that names nothing any more would limit nothing. */
function limiterOf(limits: LimitOptions, routes: BoundaryOptions['routes'], now: Clock | undefined): Limiter {
  if (routes === undefined || !('follow' in routes)) return createLimiter(limits, routes?.map(pricedRoute), now)
  let first: readonly PricedRoute[] = []
  routes.follow(({ rules }) => {
    first = rules.map(pricedRoute)
    checkedLimitOptions(limits, first)
    return () => undefined
  })
  return createLimiter(limits, first, now)
}

function pricedRoute(rule: RouteRule): PricedRoute {
  return { id: idOfRule(rule), cost: rule.cost }
}

function hasSeveralIssuers({ issuers }: Authenticator): boolean {
  return issuers === 'any' || issuers.length > 1
}

/** What is counted where there is no rule. */
const UNNAMED: PricedRoute = { id: '' }

function limitation(limiter: Limiter | undefined): Stages['limit'] {
  if (!limiter) return () => NOTHING_COUNTED
  return (request, rule, principal) => {
    const route = rule ?? UNNAMED
    return principal ? limiter.countPrincipal(principal, request, route) : limiter.countNetwork(request, route)
  }
}

function authentication(authenticator: Asked, deadlineMs: number): Stages['authenticate'] {
  const isInUrl = urlCredentialTest(authenticator.urlParameters)
  return (request, rule) => {
    if (isInUrl(request.query)) return credentialInUrl()
    const given = authenticator.authenticate(request, rule?.asksFreshly)
    const answer = withDeadline('authenticator', deadlineMs, given)
    return answer instanceof Promise ? principalLater(answer, request) : principalOrError(answer, request)
  }
}

/** A function of its own: closures would be made for every request, also for those that wait for nothing. */
function principalLater(answer: Promise<Authentication>, request: RequestView): Promise<Principal | AuthError> {
  return answer.then(
    (known) => principalOrError(known, request),
    (error: unknown) => failed(request, error),
  )
}

/** Who waits for a slow client has not failed. */
function failed(request: RequestView, error: unknown): AuthError {
  if (!(request instanceof AdmittedRequest) || !request.isWaitingForBody) throw error
  const detail = 'The body did not arrive in time.'
  return new AuthError('request_timeout', { reason: 'body too slow', detail, cause: error })
}

function principalOrError(answer: Authentication, request: RequestView): Principal | AuthError {
  if (answer.outcome === 'absent') return new AuthError('unauthenticated', { reason: 'no credential' })
  if (answer.outcome === 'rejected' && answer.error instanceof AuthError) return answer.error
  if (answer.outcome === 'authenticated' && isPrincipal(answer.principal)) {
    if (answer.isIntrospectedNow === true) noteIntrospectedNow(request, answer.principal)
    return answer.principal
  }
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
  addForwarding(forwarded, request)
  if (policyHeaders !== undefined) forwarded.addAll(policyHeaders)
  if (identity.requestIdName !== undefined) forwarded.add(identity.requestIdName, request.id)
  if (entrance === 'upgrade') forwarded.addAll({ connection: 'Upgrade', upgrade: 'websocket' })
  if (identified !== undefined) forwarded.addAll(identified)
  return forwarded
}

function credentialInUrl(): AuthError {
  const detail = 'A credential in the URL ends up in logs; send it in a header.'
  return new AuthError('invalid_request', { reason: 'credential in the URL', detail })
}

function notNamed(): Decision {
  return { allow: false, error: new AuthError('access_denied', { reason: 'no rule names the route' }) }
}
