import { type Clock, systemClock } from '../effects.ts'
import { invalidOption } from '../options.ts'
import type { RequestView } from '../request-view.ts'
import { type PatternSegment, parsePattern } from './route-pattern.ts'
import { type CompiledRule, compileRule, type RouteRule } from './route-rule.ts'

/** Which rule governs a request. A request that no rule names is denied. */
export interface RouteTable {
  /** The most specific rule for the request's path and method. */
  match(request: Pick<RequestView, 'segments' | 'method'>): CompiledRule | undefined
}

/** The rules of one path, by method; `''` stands for every method that is not named. */
type RulesOfPath = Map<string, CompiledRule>

interface Node {
  readonly literals: Map<string, Node>
  one: Node | undefined
  readonly here: RulesOfPath
  readonly rest: RulesOfPath
}

const EVERY_METHOD = ''

/**
 * Rules by path, in a tree of segments. At every segment a literal is more specific than `:name`, and that than `**`; a
 * rule that names the method is more specific than one that doesn't. The cost of a look-up grows with the path, not with
 * the number of rules.
 * @param canonicalSegments how requests' paths are read, so that patterns are read the same way
 * @param now what the age of logins is told by
 * @throws TypeError for a bad rule, and for two rules that govern the same requests
 */
export function createRouteTable(
  rules: readonly RouteRule[],
  canonicalSegments: (path: string) => readonly string[] | undefined,
  now: Clock = systemClock,
): RouteTable {
  if (!Array.isArray(rules) || rules.length === 0) {
    throw invalidOption('routes', 'must be a list of at least one rule; what no rule names is denied')
  }
  const root = createNode()
  for (const rule of rules) {
    const compiled = compileRule(rule, now)
    add(root, parsePattern(rule.path, canonicalSegments), compiled)
  }
  return { match: ({ segments, method }) => find(root, segments, 0, method) }
}

function createNode(): Node {
  return { literals: new Map(), one: undefined, here: new Map(), rest: new Map() }
}

function add(root: Node, pattern: readonly PatternSegment[], rule: CompiledRule): void {
  let node = root
  for (const segment of pattern) {
    if (segment.kind === 'rest') {
      addMethods(node.rest, rule)
      return
    }
    if (segment.kind === 'one') {
      node.one ??= createNode()
      node = node.one
    } else {
      const next = node.literals.get(segment.text) ?? createNode()
      node.literals.set(segment.text, next)
      node = next
    }
  }
  addMethods(node.here, rule)
}

function addMethods(rules: RulesOfPath, rule: CompiledRule): void {
  for (const method of rule.methods ?? [EVERY_METHOD]) {
    const other = rules.get(method)
    if (other) throw invalidOption('routes', `"${rule.id}" and "${other.id}" govern the same requests; merge them`)
    rules.set(method, rule)
  }
}

function find(node: Node, segments: readonly string[], index: number, method: string): CompiledRule | undefined {
  const segment = segments[index]
  if (segment === undefined) {
    const here = ruleFor(node.here, method)
    if (here) return here
  } else {
    const literal = node.literals.get(segment)
    const deeper =
      (literal && find(literal, segments, index + 1, method)) ??
      (node.one && find(node.one, segments, index + 1, method))
    if (deeper) return deeper
  }
  return ruleFor(node.rest, method)
}

function ruleFor(rules: RulesOfPath, method: string): CompiledRule | undefined {
  return rules.get(method) ?? rules.get(EVERY_METHOD)
}
