export type AuthErrorCode =
  | 'invalid_request'
  | 'unauthenticated'
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_user_authentication'
  | 'insufficient_scope'
  | 'access_denied'
  | 'request_timeout'
  | 'content_too_large'
  | 'misdirected_request'
  | 'too_many_requests'
  | 'temporarily_unavailable'

/**
 * Every error that a caller can be answered with, and its status. Documents and tests iterate over this table.
 * `unauthenticated` is "nothing presented": its challenge carries no error code (RFC 6750 §3.1).
 */
export const AUTH_ERRORS: Readonly<Record<AuthErrorCode, { readonly status: number; readonly title: string }>> = {
  invalid_request: { status: 400, title: 'The request is malformed or ambiguous' },
  unauthenticated: { status: 401, title: 'Authentication is required' },
  invalid_token: { status: 401, title: 'The credential is not valid' },
  invalid_dpop_proof: { status: 401, title: 'The proof of possession is not valid' },
  use_dpop_nonce: { status: 401, title: 'The proof of possession must hold the nonce of the answer' },
  insufficient_user_authentication: { status: 401, title: 'The user must authenticate again, or more strongly' },
  insufficient_scope: { status: 403, title: 'The credential does not reach this far' },
  access_denied: { status: 403, title: 'Access is denied' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  content_too_large: { status: 413, title: 'The body is too large' },
  misdirected_request: { status: 421, title: 'This server does not answer for that host' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  temporarily_unavailable: { status: 503, title: 'The request cannot be decided at the moment' },
}

export interface AuthErrorOptions {
  /** A word for logs and events, such as `expired`. It never reaches the caller. */
  readonly reason: string
  /** A sentence for the caller. It must hold nothing that the caller sent, and nothing secret. */
  readonly detail?: string | undefined
  /** The scopes that would be needed, for the challenge of a 403 (RFC 6750 §3.1). */
  readonly scope?: string | undefined
  /** What else the challenge says, such as `acr_values` (RFC 9470 §3). */
  readonly challengeParameters?: Readonly<Record<string, string>> | undefined
  /** What else the answer's header says, by lower-case name, such as `dpop-nonce` (RFC 9449 §8). */
  readonly answerHeaders?: Readonly<Record<string, string>> | undefined
  /** How long to wait, with a 429 or 503 (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number | undefined
  /** What was thrown, for logs. Not shown to the caller. */
  readonly cause?: unknown
}

/** Why a request was not let through. A value, not an exception: it carries no stack trace. */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode
  readonly status: number
  readonly reason: string
  readonly detail: string | undefined
  readonly scope: string | undefined
  readonly challengeParameters: Readonly<Record<string, string>>
  readonly answerHeaders: Readonly<Record<string, string>>
  readonly retryAfterSeconds: number | undefined
  /** The message is fit for the caller: what `http-errors`, Express and Connect call `expose`. */
  readonly expose = true
  /** Response headers, such as `WWW-Authenticate`: set when the boundary hands the error to an app. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: AuthErrorCode, options: AuthErrorOptions, headers: Readonly<Record<string, string>> = {}) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(AUTH_ERRORS[code].title, options.cause === undefined ? undefined : { cause: options.cause })
    Error.stackTraceLimit = limit
    this.code = code
    this.status = AUTH_ERRORS[code].status
    this.reason = options.reason
    this.detail = textOf(options.detail)
    this.scope = textOf(options.scope)
    this.challengeParameters = options.challengeParameters ?? {}
    this.answerHeaders = options.answerHeaders ?? {}
    const { retryAfterSeconds: wait } = options
    this.retryAfterSeconds = typeof wait === 'number' && wait >= 0 && wait < Infinity ? wait : undefined
    this.headers = headers
  }
}

/** What others put there may be anything; what is answered is text. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A dependency that decides (key set, store …) is down, slow or wrong. Thrown by it; ends as 503, never as access. */
export class DependencyError extends Error {
  override readonly name = 'DependencyError'
  /** Which dependency, such as `key store`: safe to log. */
  readonly dependency: string
  /** The HTTP status that it answered with, if it did. */
  readonly status: number | undefined
  /** How long it asks to be left alone. */
  readonly retryAfterSeconds: number | undefined

  constructor(dependency: string, problem: string, options: DependencyErrorOptions = {}) {
    super(`${dependency}: ${problem}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.dependency = dependency
    this.status = options.status
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

export interface DependencyErrorOptions {
  readonly cause?: unknown
  readonly status?: number | undefined
  readonly retryAfterSeconds?: number | undefined
}

const RETRY_AFTER_SECONDS = 1

/** Turns anything thrown, `undefined` included, into the 503 that a failed decision deserves. */
export function unavailable(thrown: unknown): AuthError {
  if (thrown instanceof AuthError) return thrown
  const known = thrown instanceof DependencyError ? thrown : undefined
  return new AuthError('temporarily_unavailable', {
    reason: known?.dependency ?? 'unexpected failure',
    cause: thrown,
    retryAfterSeconds: known?.retryAfterSeconds ?? RETRY_AFTER_SECONDS,
  })
}
