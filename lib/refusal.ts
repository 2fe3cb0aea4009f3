import { randomUUID } from 'node:crypto'
import { type Authenticator, leavesOf } from './authenticate/authenticator.ts'
import { readCredential } from './authenticate/credential.ts'
import type { Challenge } from './challenge.ts'
import { AuthError } from './errors.ts'
import { type Answer, answerError } from './problem.ts'
import type { RequestView } from './request-view.ts'

/** A request that is not let through, and what it is answered with. */
export interface Refusal {
  readonly allowed: false
  readonly requestId: string
  readonly error: AuthError
  readonly answer: Answer
}

export type Refuse = (error: AuthError, request?: RequestView) => Refusal

/**
 * Refusals carry the challenge of the credential that failed or falls short; or every challenge that could help, when
 * there was no credential: RFC 9110 §11.6.1, RFC 6750 §3.
 */
export function createRefuse(authenticator: Authenticator): Refuse {
  const parts = leavesOf(authenticator)
  const all = parts.flatMap((part) => part.challenges)

  function challengesFor(error: AuthError, request?: RequestView): readonly Challenge[] {
    if (error.code === 'insufficient_scope') return request ? parts.flatMap((part) => presentedAs(part, request)) : []
    if (error.status !== 401) return []
    if (error.code === 'unauthenticated' || !request) return all
    const presented = parts.flatMap((part) => presentedAs(part, request))
    return presented.length === 0 ? all : presented
  }

  return (error, request) => {
    const requestId = request?.id ?? randomUUID()
    return {
      allowed: false,
      requestId,
      error,
      answer: answerWith(error, requestId, () => challengesFor(error, request)),
    }
  }
}

/** A refusal stands, whatever a policy or an authenticator of others put where an answer cannot hold it. */
function answerWith(error: AuthError, requestId: string, challenges: () => readonly Challenge[]): Answer {
  try {
    return answerError(error, requestId, challenges())
  } catch {
    return answerError(new AuthError('temporarily_unavailable', { reason: 'unanswerable' }), requestId, [])
  }
}

/** The challenges of a credential that is there; those of its scheme, when it has several. */
function presentedAs(part: Authenticator, request: RequestView): readonly Challenge[] {
  if (part.isPresented) return part.isPresented(request) ? part.challenges : []
  const presented = part.sources.filter((source) => readCredential(request, source) !== undefined)
  if (presented.length === 0) return []
  const schemes = presented.map(({ scheme }) => scheme?.toLowerCase())
  const ofScheme = part.challenges.filter(({ scheme }) => schemes.includes(scheme.toLowerCase()))
  return ofScheme.length === 0 ? part.challenges : ofScheme
}
