import type { BoundaryOptions } from './boundary-options.ts'
import { type Entrance, type Progress, publishDecision, startProgress } from './decision-event.ts'
import type { Awaitable } from './effects.ts'
import { AuthError, unavailable } from './errors.ts'
import type { Principal } from './principal.ts'
import type { ForwardedHeaders } from './propagate/strip.ts'
import { createRefuse, type Refusal, type Refuse } from './refusal.ts'
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
  return {
    stages,
    refuse,
    decide(raw, entrance) {
      const progress = startProgress(entrance, raw.method)
      const conclude = (result: Passage | AuthError): Outcome => {
        const error = result instanceof AuthError ? result : undefined
        const outcome = error ? refuse(error, progress.request) : (result as Passage)
        publishDecision(progress, outcome.allowed ? outcome.request.id : outcome.requestId, error)
        return outcome
      }
      const fail = (thrown: unknown) => conclude(unavailable(thrown))
      let result: Awaitable<Passage | AuthError>
      try {
        result = run(stages, raw, progress)
      } catch (thrown) {
        return fail(thrown)
      }
      return result instanceof Promise ? result.then(conclude, fail) : conclude(result)
    },
  }
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

  const authorize = (known: Principal | AuthError): Passage | AuthError => {
    if (known instanceof AuthError) return known
    progress.principal = known
    progress.stage = 'authorize'
    const decision = stages.authorize(known, request, rule)
    return decision.allow ? propagate(stages, admitted, known, progress) : decision.error
  }
  return principal instanceof Promise ? principal.then(authorize) : authorize(principal)
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
