import { type Awaitable, isLater } from '../../effects.ts'
import type { Decision, Policy } from '../policy.ts'
import { rehearsedDecision } from '../requirements/asked-policy.ts'
import { Comparison } from './shadow/comparison.ts'
import { type ShadowOptions, shadowSettings } from './shadow/options.ts'
import type { ShadowCounts } from './shadow/shadow-event.ts'
import { verdictOfAnswer, verdictOfFailure } from './shadow/verdict.ts'

/** A policy with another one beside it. */
export interface ShadowPolicy extends Policy {
  /** For all of its routes together. */
  counts(): ShadowCounts
}

/**
 * Tries a policy on real requests before it is enforced: `enforced` decides, and `shadow` is asked beside it, when the
 * decision has been made. Where the two differ, and where the shadow fails, `gatewarden:shadow-decision` tells. Nothing that
 * the shadow does changes a request, and no request waits for it.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function shadowPolicy(options: ShadowOptions): ShadowPolicy {
  const { enforced, shadow, name, ...settings } = shadowSettings(options)
  const comparison = new Comparison(settings)
  const { setsHeaders, asksFreshly } = enforced
  return {
    name,
    setsHeaders,
    asksFreshly,
    decide: beside(enforced, shadow, undefined, comparison),
    rehearse: (principal, request) => rehearsedDecision(enforced, principal, request),
    forRoute(route) {
      const decider = enforced.forRoute?.(route) ?? enforced
      return {
        name,
        setsHeaders,
        decide: beside(decider, shadow.forRoute?.(route) ?? shadow, route.rule, comparison),
        rehearse: (principal, request) => rehearsedDecision(decider, principal, request),
      }
    },
    counts: () => comparison.counts(),
  }
}

/** Answers what `enforced` answers, when it does. */
function beside(enforced: Policy, shadow: Policy, rule: string | undefined, comparison: Comparison): Policy['decide'] {
  return (principal, request) => {
    const known = (decision: Decision) => verdictOfAnswer(enforced.name, decision)
    const failed = (thrown: unknown) => verdictOfFailure(enforced.name, thrown)
    const compare = (verdict: ReturnType<typeof known>) =>
      comparison.compare({ verdict, principal, request, rule }, shadow)
    let answer: Awaitable<Decision>
    try {
      answer = enforced.decide(principal, request)
    } catch (thrown) {
      compare(failed(thrown))
      throw thrown
    }
    if (!isLater(answer)) {
      compare(known(answer))
      return answer
    }
    const later = Promise.resolve(answer)
    later.then(known, failed).then(compare)
    return later
  }
}
