import { publishDecision, startProgress } from './decision-event.ts'
import type { Clock } from './effects.ts'
import { AuthError } from './errors.ts'
import type { Answer } from './problem.ts'
import type { Refuse } from './refusal.ts'
import type { Cors } from './request/cors.ts'
import type { RawRequest, RequestView } from './request-view.ts'
import type { Stages } from './stages.ts'

/**
 * Answers CORS preflights here, so that none goes on: a browser sends no credential with them.
 * @returns `undefined` for what is no preflight, or is not admitted; that takes the way of any request
 */
export type Preflight = (raw: RawRequest) => Answer | undefined

export function createPreflight(stages: Stages, cors: Cors | undefined, refuse: Refuse, now: Clock): Preflight {
  const answered = answeredPreflights(stages, cors, refuse)
  return (raw) => {
    if (!cors?.isPreflight(raw)) return undefined
    const progress = startProgress('http', raw, now)
    const found = answered(raw)
    if (!found) return undefined
    progress.request = found.request
    publishDecision(progress, found.request.id, found.error, 'preflight')
    return found.answer
  }
}

export interface AnsweredPreflight {
  readonly request: RequestView
  readonly error: AuthError | undefined
  readonly answer: Answer
}

/** The same, and nobody hears of it. */
export function answeredPreflights(
  stages: Pick<Stages, 'admit'>,
  cors: Cors | undefined,
  refuse: Refuse,
): (raw: RawRequest) => AnsweredPreflight | undefined {
  return (raw) => {
    const request = cors?.isPreflight(raw) ? admittedRequest(stages, raw) : undefined
    if (!cors || !request) return undefined
    const headers = cors.preflightHeaders(raw)
    if (headers) {
      const answer = { status: 204, headers: { ...headers, 'x-request-id': request.id }, body: '' }
      return { request, error: undefined, answer }
    }
    const error = new AuthError('access_denied', { reason: 'origin' })
    return { request, error, answer: refuse(error, request).answer }
  }
}

function admittedRequest(stages: Pick<Stages, 'admit'>, raw: RawRequest) {
  try {
    const admitted = stages.admit(raw, 'http')
    return admitted instanceof AuthError ? undefined : admitted.request
  } catch {
    // Whatever it is: the way of any request tells.
    return undefined
  }
}
