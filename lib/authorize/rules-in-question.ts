import type { RequestView } from '../request-view.ts'
import { type PatternSegment, parsePattern } from './route-pattern.ts'
import type { CompiledRule } from './route-rule.ts'

/** A rule that does not name a request, and what it is for instead. */
export interface NearRule {
  readonly rule: CompiledRule
  /** In words: `it is for POST`. */
  readonly differs: string
}

/** The rules that have to do with a request, for people who ask why. In the order of the table. */
export interface RulesInQuestion {
  /** Those that name it. The most specific of them governs it; when there is none, it is denied. */
  readonly naming: readonly CompiledRule[]
  /** Those that nearly name it. */
  readonly near: readonly NearRule[]
}

type Asked = Pick<RequestView, 'segments' | 'method' | 'host'>

/** Looks at every rule, which is slow, so that people see what they may have meant. What governs is not decided here. */
export function rulesInQuestion(
  rules: readonly CompiledRule[],
  canonicalSegments: (path: string) => readonly string[] | undefined,
  request: Asked,
): RulesInQuestion {
  const naming: CompiledRule[] = []
  const near: NearRule[] = []
  const likely: NearRule[] = []
  for (const rule of rules) {
    const pattern = parsePattern(rule.path, canonicalSegments)
    if (namesPath(pattern, request.segments)) {
      const differs = differenceOf(rule, request)
      if (differs === undefined) naming.push(rule)
      else near.push({ rule, differs })
    } else if (isLike(pattern, request.segments)) {
      likely.push({ rule, differs: `it is for ${rule.path}` })
    }
  }
  return { naming, near: naming.length + near.length === 0 ? likely : near }
}

function namesPath(pattern: readonly PatternSegment[], segments: readonly string[]): boolean {
  const hasRest = pattern.at(-1)?.kind === 'rest'
  const fixed = hasRest ? pattern.length - 1 : pattern.length
  if (hasRest ? segments.length < fixed : segments.length !== fixed) return false
  return pattern.slice(0, fixed).every((segment, index) => namesSegment(segment, segments[index]))
}

function namesSegment(segment: PatternSegment, text: string | undefined): boolean {
  return segment.kind !== 'literal' || segment.text === text
}

function differenceOf({ methods, hosts }: CompiledRule, { method, host }: Asked): string | undefined {
  const differences: string[] = []
  if (methods && !methods.includes(method)) differences.push(methods.join(','))
  const isFor = (name: string) => (name.startsWith('*') ? host.endsWith(name.slice(1)) : name === host)
  if (hosts && !hosts.some(isFor)) differences.push(hosts.join(','))
  return differences.length === 0 ? undefined : `it is for ${differences.join(' on ')}`
}

/** One segment spelled a little otherwise; or one more or less at the end, where the rule has no `**`. */
function isLike(pattern: readonly PatternSegment[], segments: readonly string[]): boolean {
  const hasRest = pattern.at(-1)?.kind === 'rest'
  const fixed = hasRest ? pattern.slice(0, -1) : pattern
  const missing = fixed.length - segments.length
  const common = fixed.slice(0, segments.length)
  const others = common.flatMap((segment, index) => (namesSegment(segment, segments[index]) ? [] : [index]))
  const [other] = others
  if (other === undefined) return Math.abs(missing) === 1 && common.some(({ kind }) => kind === 'literal')
  const isAsLong = missing === 0 || (hasRest && missing < 0)
  return others.length === 1 && isAsLong && isSpelledLike(fixed[other], segments[other])
}

function isSpelledLike(segment: PatternSegment | undefined, text: string = ''): boolean {
  if (segment?.kind !== 'literal') return false
  let same = 0
  while (same < text.length && text[same] === segment.text[same]) same++
  return same > 1 && 2 * same >= Math.max(text.length, segment.text.length)
}
