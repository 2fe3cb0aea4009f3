import { publishDecision, startProgress } from './decision-event.ts'
import type { Clock } from './effects.ts'
import { AuthError } from './errors.ts'
import type { Answer } from './problem.ts'
import type { Refuse } from './refusal.ts'
import type { Cors } from './request/cors.ts'
import type { RawRequest } from './request-view.ts'
import type { Stages } from './stages.ts'

/**
 * Answers CORS preflights here, so that none goes on: a browser sends no credential with them.
 * @returns `undefined` for what is no preflight, or is not admitted; that takes the way of any request
 */
export type Preflight = (raw: RawRequest) => Answer | undefined

export function createPreflight(stages: Stages, cors: Cors | undefined, refuse: Refuse, now: Clock): Preflight {
  if (!cors) return () => undefined
  return (raw) => {
    if (!cors.isPreflight(raw)) return undefined
    const progress = startProgress('http', raw, now)
    const request = admittedRequest(stages, raw)
    if (!request) return undefined
    progress.request = request
    const headers = cors.preflightHeaders(raw)
    const error = headers ? undefined : new AuthError('access_denied', { reason: 'origin' })
    publishDecision(progress, request.id, error, 'preflight')
    if (error) return refuse(error, request).answer
    return { status: 204, headers: { ...headers, 'x-request-id': request.id }, body: '' }
  }
}

function admittedRequest(stages: Stages, raw: RawRequest) {
  try {
    const admitted = stages.admit(raw, 'http')
    return admitted instanceof AuthError ? undefined : admitted.request
  } catch {
    // Whatever it is: the way of any request tells.
    return undefined
  }
}
