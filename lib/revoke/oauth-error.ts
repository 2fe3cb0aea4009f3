import { jsonAnswer } from '../json-answer.ts'
import type { Answer } from '../problem.ts'

type OAuthError = 'invalid_request' | 'invalid_grant' | 'unsupported_token_type'

/** RFC 6749 §5.2; OpenID Connect Back-Channel Logout 1.0 §2.8 takes it over. */
export function oauthError(error: OAuthError, description: string, status: 400 | 413 | 415 = 400): Answer {
  return jsonAnswer(status, { error, error_description: description })
}

const FORM_PROBLEMS = {
  400: 'the body cannot be read, or holds a parameter twice',
  413: 'the body is too large',
  415: 'the body must be application/x-www-form-urlencoded',
} as const

export function formProblem(status: 400 | 413 | 415): Answer {
  return oauthError('invalid_request', FORM_PROBLEMS[status], status)
}
