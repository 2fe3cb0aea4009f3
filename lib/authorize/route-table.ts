import type { OfferedCredentials } from '../offered-credentials.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber, invalidOption } from '../options.ts'
import type { RequestView } from '../request-view.ts'
import { assertReachable } from './reachable.ts'
import { type RequirementOptions, requirementContext } from './requirements.ts'
import { parsePattern } from './route-pattern.ts'
import { type CompiledRule, compileRule, type RouteRule } from './route-rule.ts'
import { RouteTree } from './route-tree.ts'
import { ofRule } from './rule-error.ts'
import { type RulesInQuestion, rulesInQuestion } from './rules-in-question.ts'

/** Which rule governs a request. A request that no rule names is denied. */
export interface RouteTable {
  /** In the order of the list. */
  readonly rules: readonly CompiledRule[]
  /** The most specific rule for the request's path, host and method. */
  match(request: Pick<RequestView, 'segments' | 'method' | 'host'>): CompiledRule | undefined
  /** Every rule that names a request, or nearly does: for people who ask why. Slow. */
  inQuestion(request: Pick<RequestView, 'segments' | 'method' | 'host'>): RulesInQuestion
}

export interface RouteTableOptions extends RequirementOptions {
  /** The methods that are admitted at all. Default: all; then a rule for a method that never comes is not noticed. */
  readonly methods?: readonly string[] | undefined
  /** The hosts that are admitted at all. Default: all. */
  readonly hosts?: readonly string[] | undefined
  /** What callers can present. Default: anything; then a rule that asks for what never comes is not noticed. */
  readonly offered?: OfferedCredentials | undefined
}

/**
 * Rules by path. At every segment a literal is more specific than `:name`, and that than `**`; then a rule that names the host
 * than one that doesn't; then a rule that names the method.
 * @param canonicalSegments how requests' paths are read, so that patterns are read the same way
 * @throws TypeError for a bad rule, for two rules that govern the same requests, and for one that governs none
 */
export function createRouteTable(
  rules: readonly RouteRule[],
  canonicalSegments: (path: string) => readonly string[] | undefined,
  options: RouteTableOptions = {},
): RouteTable {
  if (!Array.isArray(rules) || rules.length === 0) {
    throw invalidOption('routes', 'must be a list of at least one rule; what no rule names is denied')
  }
  assertTableOptions(options)
  const context = { ...requirementContext(options), offered: options.offered }
  const tree = new RouteTree()
  const patterned = rules.map((rule) => {
    return ofRule(rule, () => {
      const compiled = compileRule(rule, context)
      const pattern = parsePattern(rule.path, canonicalSegments)
      tree.addAt(pattern, compiled)
      return { written: rule, rule: compiled, pattern }
    })
  })
  const match: RouteTable['match'] = ({ segments, method, host }) => tree.findAt(segments, 0, method, host)
  assertReachable(patterned, match, options)
  const compiled = patterned.map(({ rule }) => rule)
  return { rules: compiled, match, inQuestion: (request) => rulesInQuestion(compiled, canonicalSegments, request) }
}

function assertTableOptions(options: RouteTableOptions): void {
  assertKnownKeys('routes', options, ['methods', 'hosts', 'offered', 'now', 'roleHierarchy', 'deadlineMs'])
  if (options.now !== undefined) assertFunction('routes', 'now', options.now)
  if (options.deadlineMs !== undefined) assertPositiveNumber('routes', 'deadlineMs', options.deadlineMs)
}
