import type { TracedRequirement } from '../../authorize/trace.ts'
import type {
  ExplainedAnswer,
  ExplainedMatch,
  ExplainedPrincipal,
  ExplainedStage,
  Explanation,
} from '../../explain/explanation.ts'
import type { PeekedWindow } from '../../limit/peeking-store.ts'
import { printable, widthOf } from '../printable.ts'
import { isoTime } from '../time.ts'

type Mark = 'ok' | 'NO' | '--' | '??'

const STAGE_MARKS: Readonly<Record<ExplainedStage['verdict'], Mark>> = {
  passed: 'ok',
  refused: 'NO',
  'left out': '--',
  'not reached': '--',
}
const REQUIREMENT_MARKS: Readonly<Record<TracedRequirement['verdict'], Mark>> = {
  met: 'ok',
  'not met': 'NO',
  'cannot be told': '??',
  failed: 'NO',
  'not asked': '--',
}
const KINDS = { allOf: 'all of', anyOf: 'any of', not: 'not' } as const
const STAGE_WIDTH = 'authenticate'.length
const INDENT = '  '

/** An explanation for people, to be read at a glance. Whatever the request holds, it is safe on a terminal. */
export function explanationText(explanation: Explanation, outcome: string): string {
  const { answer } = explanation
  const lines = [
    `${outcome}${answer ? `  ${answer.status}${answer.code ? ` ${answer.code}` : ''}` : ''}`,
    '',
    requestLine(explanation),
    '',
    ...stageLines(explanation),
    ...(answer ? answerLines(answer) : upstreamLines(explanation)),
  ]
  return lines.map((line) => `${printable(line).trimEnd()}\n`).join('')
}

function requestLine({ request: { method, path, query, host, clientAddress } }: Explanation): string {
  const parameters = query.length === 0 ? '' : `?${query.map((name) => `${name}=...`).join('&')}`
  const on = host === undefined ? '' : `  on ${host === '' ? 'no host' : host}`
  const from =
    clientAddress === undefined ? '' : `, from ${clientAddress === '' ? 'an address that is not known' : clientAddress}`
  return `${INDENT}${method} ${path}${parameters}${on}${from}`
}

function stageLines({ stages }: Explanation): readonly string[] {
  const { strip, admit, match, limitByNetwork, authenticate, limitByPrincipal, authorize, propagate } = stages
  const removed = strip.removed.map(({ name, why }) => `${name} (${why})`).join(', ')
  return [
    ...stageBlock('strip', strip, [removed === '' ? 'nothing to remove' : `removed: ${removed}`]),
    ...stageBlock('admit', admit, []),
    ...block(matchMark(match), 'match', matchTexts(match, stages)),
    ...stageBlock('limit', limitByNetwork, windowTexts('network', limitByNetwork)),
    ...stageBlock('authenticate', authenticate, [
      ...(authenticate.principal ? principalTexts(authenticate.principal) : []),
      ...authenticate.untold.map((what) => `not told: ${what}`),
    ]),
    ...stageBlock('limit', limitByPrincipal, windowTexts('principal', limitByPrincipal)),
    ...stageBlock('authorize', authorize, []),
    ...authorize.requirements.flatMap((each) => requirementLines(each, 2)),
    ...stageBlock('propagate', propagate, []),
  ]
}

function stageBlock(
  name: string,
  { verdict, reason, cause }: ExplainedStage,
  texts: readonly string[],
): readonly string[] {
  const why = [reason, cause].filter((each) => each !== undefined).join(': ')
  const first = verdict === 'refused' ? [why] : verdict === 'passed' ? [] : [verdict]
  return block(STAGE_MARKS[verdict], name, [...first, ...texts])
}

/** The first text stands beside the name, the others below it. */
function block(mark: Mark, name: string, texts: readonly string[]): readonly string[] {
  const [first = '', ...others] = texts
  const margin = ' '.repeat(INDENT.length + mark.length + 2 + STAGE_WIDTH + 2)
  return [`${INDENT}${mark}  ${name.padEnd(STAGE_WIDTH)}  ${first}`, ...others.map((text) => margin + text)]
}

function matchMark({ verdict }: ExplainedMatch): Mark {
  return verdict === 'none' ? 'NO' : verdict === 'not reached' ? '--' : 'ok'
}

function matchTexts(
  { verdict, rule, why, others, near }: ExplainedMatch,
  { propagate }: Explanation['stages'],
): readonly string[] {
  if (verdict === 'not reached') return [verdict]
  const texts = rule ? [rule.id, why] : [why]
  if (others.length > 0) texts.push(`less specific: ${others.join(', ')}`)
  // Who passes has found the rule that was meant.
  if (propagate.verdict !== 'passed') texts.push(...near.map((each) => `nearly: ${each.rule} (${each.differs})`))
  return texts
}

function windowTexts(
  by: string,
  { verdict, windows }: ExplainedStage & { readonly windows: readonly PeekedWindow[] },
): readonly string[] {
  const isLooked = verdict === 'passed'
  if (windows.length === 0) return isLooked ? [`nothing is limited by ${by}`] : []
  return windows.map(({ limit, quota, windowSeconds, burst, remaining, cost, waitSeconds }) => {
    const wait = waitSeconds > 0 ? `, and ${cost} would be there in ${Math.ceil(waitSeconds)} s` : ''
    const most = burst === quota ? '' : `, ${burst} at once`
    return `by ${by}: ${limit}, ${remaining} left of ${quota} in ${windowSeconds} s${most}${wait}`
  })
}

function principalTexts(principal: ExplainedPrincipal): readonly string[] {
  const { kind, subject, method, clientId, issuer, tenantId, roles, scopes, tier, expiresAt } = principal
  const by = `by ${method}${issuer === undefined ? '' : ` of ${issuer}`}`
  const who = kind === 'anonymous' ? `anonymous, by ${method}` : `${kind} ${subject}, ${by}`
  const also: readonly (readonly [string, string | undefined])[] = [
    ['client', clientId === subject ? undefined : clientId],
    ['tenant', tenantId],
    ['roles', roles.join(' ')],
    ['scopes', scopes.join(' ')],
    ['tier', tier],
    ['until', expiresAt === undefined ? undefined : isoTime(expiresAt)],
  ]
  return [who, ...also.flatMap(([name, value]) => (value ? [`${name} ${value}`] : []))]
}

function requirementLines({ kind, asks, verdict, reason, parts }: TracedRequirement, depth: number): readonly string[] {
  const what = kind === 'requirement' ? asks : KINDS[kind]
  const why =
    verdict === 'not met' || verdict === 'met' ? '' : `  (${verdict}${reason === undefined ? '' : `: ${reason}`})`
  const mark = `${INDENT.repeat(depth + 2)}${REQUIREMENT_MARKS[verdict]}  `
  return [`${mark}${what}${why}`, ...parts.flatMap((part) => requirementLines(part, depth + 2))]
}

function answerLines({ status, headers, problem }: ExplainedAnswer): readonly string[] {
  const shown = Object.entries(problem ?? {}).filter(([name]) => name !== 'status')
  const members = shown.map(([name, value]) => [name, String(value)] as const)
  return ['', `The client is answered ${status}:`, ...columns([...members, ...Object.entries(headers)])]
}

function upstreamLines({ request: { method }, upstreamPath, stages: { propagate } }: Explanation): readonly string[] {
  const rows = propagate.headers.map(({ name, value, from }) => {
    return [name, value === undefined ? `(the ${from}'s, not shown)` : value] as const
  })
  return ['', `Upstream goes ${method} ${upstreamPath} with:`, ...columns(rows)]
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([name]) => widthOf(name)))
  return rows.map(([name, value]) => `${INDENT}${name}${' '.repeat(width - widthOf(name))}${INDENT}${value}`)
}
