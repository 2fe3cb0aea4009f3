import type { Decision } from './authorize/policy.ts'
import type { CompiledRule } from './authorize/route-rule.ts'
import type { BoundaryOptions } from './boundary-options.ts'
import { type Entrance, type Progress, publishDecision, startProgress } from './decision-event.ts'
import type { Awaitable } from './effects.ts'
import { AuthError, unavailable } from './errors.ts'
import { createPreflight, type Preflight } from './preflight.ts'
import type { Principal } from './principal.ts'
import type { ForwardedHeaders } from './propagate/strip.ts'
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
}

export type Outcome = Passage | Refusal

export interface Pipeline {
  readonly stages: Stages
  /** Never throws and never rejects: whatever goes wrong is a refusal. */
  decide(raw: RawRequest, entrance: Entrance): Awaitable<Outcome>
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
  const refuse = createRefuse(options.authenticate)
  const cors = options.cors === undefined ? undefined : createCors(options.cors, corsDefaults(options))

  function conclude(result: Passage | AuthError, progress: Progress): Outcome {
    const error = result instanceof AuthError ? result : undefined
    const outcome = result instanceof AuthError ? refuse(result, progress.request) : result
    publishDecision(progress, outcome.allowed ? outcome.request.id : outcome.requestId, error)
    return outcome
  }

  function concludeLater(result: Promise<Passage | AuthError>, progress: Progress): Promise<Outcome> {
    return result.catch(unavailable).then((known) => conclude(known, progress))
  }

  return {
    stages,
    refuse,
    cors,
    preflight: createPreflight(stages, cors, refuse),
    decide(raw, entrance) {
      const progress = startProgress(entrance, raw.method)
      let result: Awaitable<Passage | AuthError>
      try {
        result = run(stages, raw, progress)
      } catch (thrown) {
        result = unavailable(thrown)
      }
      return result instanceof Promise ? concludeLater(result, progress) : conclude(result, progress)
    },
  }
}

function corsDefaults({ methods = DEFAULT_METHODS, authenticate }: BoundaryOptions): CorsDefaults {
  return { methods, credentialHeaders: [...new Set(authenticate.sources.map(({ header }) => header))] }
}

/** The order of the stages is written here, once, as it runs. A public route leaves out the two in the middle. */
function run(stages: Stages, raw: RawRequest, progress: Progress): Awaitable<Passage | AuthError> {
  const admitted = stages.admit(raw, progress.entrance)
  if (admitted instanceof AuthError) return admitted
  const { request } = admitted
  progress.request = request
  const rule = stages.match(request)
  progress.rule = rule?.id
  if (rule?.isPublic) return propagate(stages, admitted, undefined, progress)

  progress.stage = 'authenticate'
  const principal = stages.authenticate(request)

  return principal instanceof Promise
    ? authorizeLater(stages, admitted, rule, principal, progress)
    : authorize(stages, admitted, rule, principal, progress)
}

/** A function of its own: closures would be made for every request, also for those that wait for nothing. */
function authorizeLater(
  stages: Stages,
  admitted: Admitted,
  rule: CompiledRule | undefined,
  principal: Promise<Principal | AuthError>,
  progress: Progress,
): Promise<Passage | AuthError> {
  return principal.then((known) => authorize(stages, admitted, rule, known, progress))
}

function authorize(
  stages: Stages,
  admitted: Admitted,
  rule: CompiledRule | undefined,
  principal: Principal | AuthError,
  progress: Progress,
): Awaitable<Passage | AuthError> {
  if (principal instanceof AuthError) return principal
  progress.principal = principal
  progress.stage = 'authorize'
  const decision = stages.authorize(principal, admitted.request, rule)
  return decision instanceof Promise
    ? decision.then((known) => follow(stages, admitted, principal, known, progress))
    : follow(stages, admitted, principal, decision, progress)
}

function follow(
  stages: Stages,
  admitted: Admitted,
  principal: Principal,
  decision: Decision,
  progress: Progress,
): Passage | AuthError {
  return decision.allow ? propagate(stages, admitted, principal, progress) : decision.error
}

function propagate(
  stages: Stages,
  admitted: Admitted,
  principal: Principal | undefined,
  progress: Progress,
): Passage | AuthError {
  progress.stage = 'propagate'
  const onward = stages.propagate(admitted, principal, progress.entrance)
  if (onward instanceof AuthError) return onward
  return { allowed: true, request: admitted.request, principal, forwarded: onward }
}
