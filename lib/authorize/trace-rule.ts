import type { Principal } from '../principal.ts'
import { type CompiledRule, decisionBy } from './route-rule.ts'
import { type TracedRequirement, tracePolicy } from './trace.ts'

/** A rule that notes what comes of each of its requirements. It decides as the rule does, by the same code. */
export interface TracedRule {
  readonly rule: CompiledRule
  /** What came of each, in the order they are asked. */
  report(principal: Principal | undefined): readonly TracedRequirement[]
}

export function traceRule(rule: CompiledRule): TracedRule {
  const traced = rule.policies.map(tracePolicy)
  const policies = traced.map((each) => each.traced)
  return {
    rule: { ...rule, policies, decide: decisionBy(policies, rule.admitsAnonymous) },
    report(principal) {
      const isStranger = principal?.kind === 'anonymous' && !rule.admitsAnonymous
      const unasked = principal === undefined ? 'it did not come so far' : 'another is not met'
      const who: TracedRequirement = {
        kind: 'requirement',
        asks: rule.admitsAnonymous ? 'anonymous' : 'authenticated',
        verdict: principal === undefined ? 'not asked' : isStranger ? 'not met' : 'met',
        reason: principal === undefined ? unasked : isStranger ? 'anonymous' : undefined,
        parts: [],
      }
      return [who, ...traced.map((each) => each.report(unasked))]
    },
  }
}
