import type { Authenticator } from '../authenticate/authenticator.ts'
import { type Entrance, type Progress, startProgress } from '../decision-event.ts'
import type { Awaitable, Clock } from '../effects.ts'
import { AuthError, unavailable } from '../errors.ts'
import { assertOneOf } from '../options.ts'
import type { Passage } from '../pipeline.ts'
import { type AnsweredPreflight, answeredPreflights } from '../preflight.ts'
import type { Answer } from '../problem.ts'
import type { Refuse } from '../refusal.ts'
import type { Cors } from '../request/cors.ts'
import type { RawRequest } from '../request-view.ts'
import type { Stages } from '../stages.ts'
import { type DescribedRequest, requestDescribed } from './described-request.ts'
import type { ExplainedAnswer, Explanation } from './explanation.ts'
import { notedStages } from './notes.ts'
import { mapTexts, secretRemover } from './secrets.ts'
import { shownPath, shownQuery } from './shown.ts'
import { explainedStages } from './stages.ts'

export interface ExplainedPipeline {
  readonly stages: Stages
  readonly authenticate: Authenticator
  readonly refuse: Refuse
  readonly cors: Cors | undefined
  readonly hosts: readonly string[] | undefined
  readonly now: Clock
  /** The way that every request takes. */
  readonly way: (stages: Stages, raw: RawRequest, progress: Progress) => Awaitable<Passage | AuthError>
}

type Explain = (request: RawRequest | DescribedRequest, entrance?: Entrance) => Promise<Explanation>

/** Explains decisions by making them: on the same way, by the same stages, which have no effects and are looked at. */
export function createExplain(pipeline: ExplainedPipeline): Explain {
  const { authenticate, hosts = [], way, refuse, cors, now } = pipeline
  const sources = [...new Set(authenticate.sources.map(({ header }) => header))]
  return async (request, entrance = 'http') => {
    assertOneOf('explain', 'entrance', entrance, ['http', 'upgrade'])
    const raw = 'rawHeaders' in request ? request : requestDescribed(request, hosts[0] ?? 'localhost')
    const { stages, notes } = notedStages(pipeline.stages)
    const preflight = entrance === 'http' ? answeredPreflights(stages, cors, refuse)(raw) : undefined
    const outcome =
      preflight ?? (await Promise.resolve(way(stages, raw, startProgress(entrance, raw, now))).catch(unavailable))
    const view = notes.admitted?.request
    const isRefused = outcome instanceof AuthError
    const explanation: Explanation = {
      outcome: preflight ? 'answered' : isRefused ? 'denied' : 'allowed',
      request: {
        method: raw.method,
        path: shownPath(raw.target),
        query: shownQuery(raw.target),
        host: view?.host,
        clientAddress: view?.clientAddress,
      },
      stages: explainedStages(pipeline.stages, raw, notes, sources, preflight !== undefined),
      upstreamPath: isRefused || preflight ? undefined : view && shownPath(view.path),
      answer: answerOf(outcome, isRefused ? refuse(outcome, view).answer : preflight?.answer),
    }
    return mapTexts(explanation, secretRemover(raw, sources))
  }
}

function answerOf(
  outcome: Passage | AuthError | AnsweredPreflight,
  answer: Answer | undefined,
): ExplainedAnswer | undefined {
  if (!answer) return undefined
  const { 'x-request-id': _id, 'content-length': _length, ...headers } = answer.headers
  const error = outcome instanceof AuthError ? outcome : 'error' in outcome ? outcome.error : undefined
  return { status: answer.status, code: error?.code, headers, problem: problemIn(answer.body) }
}

function problemIn(body: string): Readonly<Record<string, unknown>> | undefined {
  if (body === '') return undefined
  const { requestId: _requestId, ...problem } = JSON.parse(body) as Record<string, unknown>
  return problem
}
