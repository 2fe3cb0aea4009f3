import { randomUUID } from 'node:crypto'
import type { Authenticator } from './authenticate/authenticator.ts'
import { readCredential } from './authenticate/credential.ts'
import type { Challenge } from './challenge.ts'
import { AuthError } from './errors.ts'
import type { Principal } from './principal.ts'
import { type Answer, answerError } from './problem.ts'
import type { RequestView } from './request-view.ts'

/** A request that is not let through, and what it is answered with. */
export interface Refusal {
  readonly allowed: false
  readonly requestId: string
  readonly error: AuthError
  readonly answer: Answer
}

export type Refuse = (error: AuthError, request?: RequestView, principal?: Principal) => Refusal

/**
 * Refusals carry the challenge of the credential that failed or falls short; or every challenge that could help, when
 * there was no credential: RFC 9110 §11.6.1, RFC 6750 §3.
 */
export function createRefuse(authenticator: Authenticator): Refuse {
  const parts = leavesOf(authenticator)
  const all = parts.flatMap((part) => part.challenges)

  function challengesFor(error: AuthError, request?: RequestView, principal?: Principal): readonly Challenge[] {
    if (error.code === 'insufficient_scope') return challengesOf(parts, (part) => part.method === principal?.method)
    if (error.status !== 401) return []
    if (error.code === 'unauthenticated' || !request) return all
    const presented = challengesOf(parts, (part) => isPresented(part, request))
    return presented.length === 0 ? all : presented
  }

  return (error, request, principal) => {
    const requestId = request?.id ?? randomUUID()
    return {
      allowed: false,
      requestId,
      error,
      answer: answerWith(error, requestId, () => challengesFor(error, request, principal)),
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

function challengesOf(parts: readonly Authenticator[], chosen: (part: Authenticator) => boolean): readonly Challenge[] {
  return parts.filter(chosen).flatMap((part) => part.challenges)
}

function isPresented(part: Authenticator, request: RequestView): boolean {
  return part.sources.some((source) => readCredential(request, source) !== undefined)
}

function leavesOf(authenticator: Authenticator): readonly Authenticator[] {
  return authenticator.parts ? authenticator.parts.flatMap(leavesOf) : [authenticator]
}
