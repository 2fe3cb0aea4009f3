import { invalidOption } from '../options.ts'
import type { RequestView } from '../request-view.ts'
import type { PatternSegment } from './route-pattern.ts'
import type { CompiledRule, RouteRule } from './route-rule.ts'
import { ofRule } from './rule-error.ts'

/** A rule, and how its path is read. */
export interface PatternedRule {
  readonly written: RouteRule
  readonly rule: CompiledRule
  readonly pattern: readonly PatternSegment[]
}

type Match = (request: Pick<RequestView, 'segments' | 'method' | 'host'>) => CompiledRule | undefined

/** What comes at all; everything, when absent. */
interface Admitted {
  readonly methods?: readonly string[] | undefined
  readonly hosts?: readonly string[] | undefined
}

/** A segment, a method and a host that no rule names: what only wild cards match. */
const UNNAMED = '\0'

/**
 * Refuses a rule that governs no request: others, each more specific, share out all of its requests. Whoever wrote it means
 * something else than the table says. It is looked for with the requests that the fewest others could govern.
 * @throws TypeError that names the rule and one that governs in its place
 */
export function assertReachable(rules: readonly PatternedRule[], match: Match, admitted: Admitted): void {
  const depth = Math.max(...rules.map(({ pattern }) => pattern.length))
  for (const each of rules) ofRule(each.written, () => assertGoverns(each, depth, match, admitted))
}

function assertGoverns({ rule, pattern }: PatternedRule, depth: number, match: Match, admitted: Admitted): void {
  assertAdmitted(rule, admitted.methods)
  const hosts = hostsFor(rule, admitted.hosts)
  if (hosts.length === 0) {
    throw invalidOption(
      'routes',
      `"${rule.id}" is for hosts that are not admitted; name them in "hosts" of the boundary`,
    )
  }
  let other: CompiledRule | undefined
  for (const segments of pathsFor(pattern, depth)) {
    for (const host of hosts) {
      for (const method of methodsFor(rule, admitted.methods)) {
        const found = match({ segments, method, host })
        if (found === rule) return
        other ??= found
      }
    }
  }
  throw invalidOption(
    'routes',
    `"${rule.id}" governs nothing, for "${other?.id}" and such govern all of its requests; leave it out`,
  )
}

function assertAdmitted({ id, methods }: CompiledRule, admitted: readonly string[] | undefined): void {
  // HEAD was not written: it follows GET.
  const unknown = methods?.find((method) => method !== 'HEAD' && admitted && !admitted.includes(method))
  if (unknown === undefined) return
  throw invalidOption('routes', `"${id}" names ${unknown}, which is not admitted; name it in "methods" of the boundary`)
}

function pathsFor(pattern: readonly PatternSegment[], depth: number): readonly (readonly string[])[] {
  const fixed = pattern.filter(({ kind }) => kind !== 'rest')
  const segments = fixed.map((segment) => (segment.kind === 'literal' ? segment.text : UNNAMED))
  if (fixed.length === pattern.length) return [segments]
  const more = Array.from({ length: depth - fixed.length + 2 }, (_, count) => [
    ...segments,
    ...Array<string>(count).fill(UNNAMED),
  ])
  // The longest first: there the fewest rules are.
  return more.reverse()
}

function methodsFor({ methods }: CompiledRule, admitted: readonly string[] | undefined): readonly string[] {
  return methods ?? admitted ?? [UNNAMED]
}

function hostsFor({ hosts }: CompiledRule, admitted: readonly string[] | undefined): readonly string[] {
  if (!admitted) return hosts?.map((host) => host.replace('*', UNNAMED)) ?? [UNNAMED]
  if (!hosts) return admitted
  return admitted.filter((name) =>
    hosts.some((host) => (host.startsWith('*') ? name.endsWith(host.slice(1)) : host === name)),
  )
}
