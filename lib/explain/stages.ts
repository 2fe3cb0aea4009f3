import type { CompiledRule } from '../authorize/route-rule.ts'
import type { RulesInQuestion } from '../authorize/rules-in-question.ts'
import { type AuthError, DependencyError } from '../errors.ts'
import type { RawRequest, RequestView } from '../request-view.ts'
import type { Stages } from '../stages.ts'
import type { ExplainedMatch, ExplainedStage, ExplainedStages } from './explanation.ts'
import type { NotedStage, Notes } from './notes.ts'
import { removedHeaders, shownPrincipal, upstreamHeaders } from './shown.ts'

const PASSED: ExplainedStage = { verdict: 'passed', reason: undefined, cause: undefined }
/** What asks who it is. */
const PERSONAL: readonly NotedStage[] = ['authenticate', 'limitByPrincipal', 'authorize']
const MOST_NEAR = 5

/** What the stages did, as people are told. */
export function explainedStages(
  stages: Stages,
  raw: RawRequest,
  notes: Notes,
  sources: readonly string[],
  isPreflight: boolean,
): ExplainedStages {
  const { refusals, windows, untold, stripped, admitted, rule, principal, onward } = notes
  const isPublic = rule?.rule.isPublic === true && refusals.get('limitByNetwork') === undefined
  const stage = (name: NotedStage): ExplainedStage => {
    const isLeftOut = (isPreflight && name !== 'admit') || (isPublic && PERSONAL.includes(name))
    return refusals.has(name)
      ? ranStage(refusals.get(name))
      : { ...PASSED, verdict: isLeftOut ? 'left out' : 'not reached' }
  }
  return {
    strip: { ...PASSED, removed: stripped ? removedHeaders(raw, stripped, sources) : [] },
    admit: stage('admit'),
    match: matchOf(notes, stages, admitted?.request),
    limitByNetwork: { ...stage('limitByNetwork'), windows: windows.limitByNetwork },
    authenticate: { ...stage('authenticate'), principal: principal && shownPrincipal(principal), untold },
    limitByPrincipal: { ...stage('limitByPrincipal'), windows: windows.limitByPrincipal },
    authorize: {
      ...stage('authorize'),
      requirements: rule && !rule.rule.isPublic ? rule.report(refusals.has('authorize') ? principal : undefined) : [],
    },
    propagate: {
      ...stage('propagate'),
      headers:
        onward && admitted && stripped ? upstreamHeaders(onward, { admitted, ofClient: stripped }, stages.managed) : [],
    },
  }
}

function ranStage(error: AuthError | undefined): ExplainedStage {
  return error ? { verdict: 'refused', reason: error.reason, cause: causeOf(error) } : PASSED
}

/** What a failed dependency says of itself holds no credential; what else was thrown may. */
function causeOf({ cause }: AuthError): string | undefined {
  if (cause === undefined) return undefined
  return cause instanceof DependencyError ? cause.message : 'something else was thrown'
}

function matchOf({ isMatched, rule }: Notes, stages: Stages, request: RequestView | undefined): ExplainedMatch {
  const found = { rule: undefined, others: [], near: [] }
  if (!isMatched || !request) return { ...found, verdict: 'not reached', why: '' }
  const table = stages.table()
  if (!table) return { ...found, verdict: 'no table', why: 'there are no routes: any principal is let through' }
  const question = table.inQuestion(request)
  const near = question.near.slice(0, MOST_NEAR).map((each) => ({ rule: each.rule.id, differs: each.differs }))
  if (!rule) {
    return { ...found, near, verdict: 'none', why: 'no rule names it, so it is denied, whoever asks' }
  }
  const { id, path, methods, hosts, isPublic, asks } = rule.rule
  const others = otherIds(question, rule.rule)
  return {
    verdict: 'matched',
    rule: { id, path, methods, hosts, isPublic, asks },
    why: others.length === 0 ? 'the only rule that names it' : `the most specific of ${others.length + 1} that name it`,
    others,
    near,
  }
}

function otherIds({ naming }: RulesInQuestion, rule: CompiledRule): readonly string[] {
  return naming.filter((each) => each.id !== rule.id).map((each) => each.id)
}
