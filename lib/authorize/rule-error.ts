import type { RouteRule } from './route-rule.ts'

/** A mistake in a rule, or of one rule with another. Who has read the rule from a file can tell where it stands. */
export class RuleError extends TypeError {
  readonly rule: RouteRule

  constructor(message: string, rule: RouteRule) {
    super(message)
    this.rule = rule
  }
}

/** Says of which rule a mistake is. */
export function ofRule<T>(rule: RouteRule, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof TypeError ? new RuleError(error.message, rule) : error
  }
}
