import type { Decision, PolicyHeaders } from './authorize/policy.ts'
import type { CompiledRule } from './authorize/route-rule.ts'
import type { BoundaryOptions } from './boundary-options.ts'
import { type Entrance, type Progress, publishDecision, startProgress } from './decision-event.ts'
import { type Awaitable, type Clock, systemClock } from './effects.ts'
import { AuthError, unavailable } from './errors.ts'
import type { DescribedRequest } from './explain/described-request.ts'
import { createExplain } from './explain/explain.ts'
import type { Explanation } from './explain/explanation.ts'
import type { ForwardedHeaders } from './forwarded-headers.ts'
import { NOTHING_COUNTED } from './limit/limiter.ts'
import { type CountedWindow, fieldsOf } from './limit/rate-limit-fields.ts'
import { createPreflight, type Preflight } from './preflight.ts'
import type { Principal } from './principal.ts'
import { createRefuse, type Refusal, type Refuse } from './refusal.ts'
import { DEFAULT_METHODS } from './request/admit.ts'
import { type Cors, type CorsDefaults, createCors } from './request/cors.ts'
import type { RawRequest, RequestView } from './request-view.ts'
import { type Admitted, createStages, type Stages } from './stages.ts'

/** A request that is let through, as it goes on. */
export interface Passage {
  readonly allowed: true
  readonly request: RequestView
  /** Absent on a public route, where nobody is asked. */
  readonly principal: Principal | undefined
  readonly forwarded: ForwardedHeaders
  /** What the answer tells besides, by lower-case name: the `RateLimit` fields. */
  readonly answerHeaders: Readonly<Record<string, string>> | undefined
}

export type Outcome = Passage | Refusal

export interface Pipeline {
  readonly stages: Stages
  readonly now: Clock
  /** Never throws and never rejects: whatever goes wrong is a refusal. */
  decide(raw: RawRequest, entrance: Entrance): Awaitable<Outcome>
  /** Why it decides as it does, by the same stages, without their effects. @throws TypeError (rejects) for what is no request */
  explain(request: RawRequest | DescribedRequest, entrance?: Entrance): Promise<Explanation>
  /** Answers CORS preflights, before they are decided about. */
  readonly preflight: Preflight
  /** What answers say to pages of other origins; `undefined` when no such page may call. */
  readonly cors: Cors | undefined
  /** The refusal for an error, with the challenges that fit it. */
  readonly refuse: Refuse
}

/**
 * The way of a request, from what arrived to what goes on.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function createPipeline(options: BoundaryOptions): Pipeline {
  const stages = createStages(options)
  const now = options.now ?? systemClock
  const refuse = createRefuse(options.authenticate)
  const cors = options.cors === undefined ? undefined : createCors(options.cors, corsDefaults(options))

  function conclude(result: Passage | AuthError, progress: Progress): Outcome {
    const error = result instanceof AuthError ? result : undefined
    const outcome = result instanceof AuthError ? refuse(result, progress.request) : result
    publishDecision(progress, outcome.allowed ? outcome.request.id : outcome.requestId, error)
    return outcome
  }

  function concludeLater(result: Promise<Passage | AuthError>, progress: Progress): Promise<Outcome> {
    return result.then(
      (known) => conclude(known, progress),
      (thrown: unknown) => conclude(unavailable(thrown), progress),
    )
  }

  return {
    stages,
    now,
    refuse,
    cors,
    preflight: createPreflight(stages, cors, refuse, now),
    explain: createExplain({
      stages,
      refuse,
      cors,
      now,
      authenticate: options.authenticate,
      hosts: options.hosts,
      way,
    }),
    decide(raw, entrance) {
      const progress = startProgress(entrance, raw, now)
      const result = way(stages, raw, progress)
      return result instanceof Promise ? concludeLater(result, progress) : conclude(result, progress)
    },
  }
}

/** All of the way. Whatever is thrown on it is a refusal. */
function way(stages: Stages, raw: RawRequest, progress: Progress): Awaitable<Passage | AuthError> {
  try {
    return run(stages, raw, progress)
  } catch (thrown) {
    return unavailable(thrown)
  }
}

function corsDefaults({ methods = DEFAULT_METHODS, authenticate }: BoundaryOptions): CorsDefaults {
  return { methods, credentialHeaders: [...new Set(authenticate.sources.map(({ header }) => header))] }
}

/** A request on its way. */
interface Way {
  readonly stages: Stages
  readonly progress: Progress
  readonly admitted: Admitted
  readonly rule: CompiledRule | undefined
  /** What its network has left; what it has itself. */
  network: readonly CountedWindow[]
  own: readonly CountedWindow[]
}

type Step<T> = (way: Way, known: T) => Awaitable<Passage | AuthError>

/** The order of the stages is written here, once, as it runs: each step names the next. */
function run(stages: Stages, raw: RawRequest, progress: Progress): Awaitable<Passage | AuthError> {
  const admitted = stages.admit(raw, progress.entrance)
  if (admitted instanceof AuthError) return admitted
  const { request } = admitted
  progress.request = request
  const rule = stages.match(request)
  progress.rule = rule?.id
  progress.stage = 'limit'
  const onWay: Way = { stages, progress, admitted, rule, network: NOTHING_COUNTED, own: NOTHING_COUNTED }
  return goOn(onWay, stages.limit(request, rule, undefined), authenticate)
}

/** At once if it can. A public route leaves out the stages that ask who it is. */
function goOn<T>(way: Way, answer: Awaitable<T | AuthError>, next: Step<T>): Awaitable<Passage | AuthError> {
  if (answer instanceof Promise) return goOnLater(way, answer, next)
  return answer instanceof AuthError ? answer : next(way, answer)
}

/** A function of its own: closures would be made for every request, also for those that wait for nothing. */
function goOnLater<T>(way: Way, answer: Promise<T | AuthError>, next: Step<T>): Promise<Passage | AuthError> {
  return answer.then((known) => (known instanceof AuthError ? known : next(way, known)))
}

function authenticate(way: Way, network: readonly CountedWindow[]): Awaitable<Passage | AuthError> {
  way.network = network
  if (way.rule?.isPublic) return propagate(way, undefined, undefined)
  way.progress.stage = 'authenticate'
  return goOn(way, way.stages.authenticate(way.admitted.request, way.rule), limit)
}

function limit(way: Way, principal: Principal): Awaitable<Passage | AuthError> {
  way.progress.principal = principal
  way.progress.stage = 'limit'
  return goOn(way, way.stages.limit(way.admitted.request, way.rule, principal), authorize)
}

function authorize(way: Way, own: readonly CountedWindow[]): Awaitable<Passage | AuthError> {
  way.own = own
  way.progress.stage = 'authorize'
  const principal = way.progress.principal as Principal
  const decision = way.stages.authorize(principal, way.admitted.request, way.rule)
  return decision instanceof Promise ? obeyLater(way, principal, decision) : obey(way, principal, decision)
}

function obeyLater(way: Way, principal: Principal, decision: Promise<Decision>): Promise<Passage | AuthError> {
  return decision.then((known) => obey(way, principal, known))
}

function obey(way: Way, principal: Principal, decision: Decision): Passage | AuthError {
  return decision.allow ? propagate(way, principal, decision.headers) : decision.error
}

function propagate(
  way: Way,
  principal: Principal | undefined,
  policyHeaders: PolicyHeaders | undefined,
): Passage | AuthError {
  const { stages, progress, admitted } = way
  progress.stage = 'propagate'
  const onward = stages.propagate(admitted, principal, progress.entrance, policyHeaders)
  if (onward instanceof AuthError) return onward
  const answerHeaders = fieldsOf(way.network, way.own)
  return { allowed: true, request: admitted.request, principal, forwarded: onward, answerHeaders }
}
