import type { Decision } from '../authorize/policy.ts'
import { type TracedRule, traceRule } from '../authorize/trace-rule.ts'
import type { Awaitable } from '../effects.ts'
import { AuthError, unavailable } from '../errors.ts'
import type { ForwardedHeaders } from '../forwarded-headers.ts'
import type { LimitVerdict } from '../limit/limiter.ts'
import type { PeekedWindow } from '../limit/peeking-store.ts'
import type { Principal } from '../principal.ts'
import type { Admitted, Stages } from '../stages.ts'

export type NotedStage = 'admit' | 'limitByNetwork' | 'authenticate' | 'limitByPrincipal' | 'authorize' | 'propagate'

/** What the stages did with one request, as they did it. */
export interface Notes {
  /** Of the stages that ran: why it refused, if it did. */
  readonly refusals: Map<NotedStage, AuthError | undefined>
  readonly windows: Record<'limitByNetwork' | 'limitByPrincipal', PeekedWindow[]>
  readonly untold: string[]
  stripped: ForwardedHeaders | undefined
  admitted: Admitted | undefined
  isMatched: boolean
  rule: TracedRule | undefined
  principal: Principal | undefined
  onward: ForwardedHeaders | undefined
}

/** The stages of a pipeline without their effects, and what they are seen to do. They go the pipeline's own way. */
export function notedStages(stages: Stages): { readonly stages: Stages; readonly notes: Notes } {
  const notes: Notes = {
    refusals: new Map(),
    windows: { limitByNetwork: [], limitByPrincipal: [] },
    untold: [],
    stripped: undefined,
    admitted: undefined,
    isMatched: false,
    rule: undefined,
    principal: undefined,
    onward: undefined,
  }
  let windows = notes.windows.limitByNetwork
  const quiet = stages.rehearsal({
    window: (window) => void windows.push(window),
    untold: (what) => void notes.untold.push(...what),
  })
  const noted = <T>(stage: NotedStage, errorIn: (answer: T) => AuthError | undefined, work: () => T): T =>
    note(notes, stage, errorIn, work)
  return {
    notes,
    stages: {
      ...quiet,
      admit(raw, entrance) {
        notes.stripped = quiet.strip(raw)
        const admitted = noted('admit', errorOf, () => quiet.admit(raw, entrance))
        if (!(admitted instanceof AuthError)) notes.admitted = admitted
        return admitted
      },
      match(request) {
        const rule = quiet.match(request)
        notes.isMatched = true
        notes.rule = rule && traceRule(rule)
        return notes.rule?.rule
      },
      limit(request, rule, principal) {
        const stage = principal ? 'limitByPrincipal' : 'limitByNetwork'
        windows = notes.windows[stage]
        return later(stage, notes, () => quiet.limit(request, rule, principal), errorOf<LimitVerdict>)
      },
      authenticate: (request, rule) =>
        later(
          'authenticate',
          notes,
          () => quiet.authenticate(request, rule),
          (answer: Principal | AuthError) => {
            if (answer instanceof AuthError) return answer
            notes.principal = answer
            return undefined
          },
        ),
      authorize: (principal, request, rule) =>
        later(
          'authorize',
          notes,
          () => quiet.authorize(principal, request, rule),
          (decision: Decision) => (decision.allow ? undefined : decision.error),
        ),
      propagate(...onway) {
        const onward = noted('propagate', errorOf, () => quiet.propagate(...onway))
        if (!(onward instanceof AuthError)) notes.onward = onward
        return onward
      },
    },
  }
}

function errorOf<T>(answer: T | AuthError): AuthError | undefined {
  return answer instanceof AuthError ? answer : undefined
}

/** Notes what a stage answers at once, or throws. */
function note<T>(notes: Notes, stage: NotedStage, errorIn: (answer: T) => AuthError | undefined, work: () => T): T {
  try {
    const answer = work()
    notes.refusals.set(stage, errorIn(answer))
    return answer
  } catch (thrown) {
    notes.refusals.set(stage, unavailable(thrown))
    throw thrown
  }
}

/** The same of a stage that may answer later. */
function later<T>(
  stage: NotedStage,
  notes: Notes,
  work: () => Awaitable<T>,
  errorIn: (answer: T) => AuthError | undefined,
): Awaitable<T> {
  const answer = note(
    notes,
    stage,
    (known: Awaitable<T>) => (known instanceof Promise ? undefined : errorIn(known)),
    work,
  )
  if (!(answer instanceof Promise)) return answer
  return answer.then(
    (known) => note(notes, stage, errorIn, () => known),
    (thrown: unknown) =>
      note(notes, stage, errorIn, () => {
        throw thrown
      }),
  )
}
