import { type Challenge, createChallenge, formatChallenges } from './challenge.ts'
import { AUTH_ERRORS, type AuthError } from './errors.ts'
import { isToken } from './header-name.ts'

/** What is answered for an error: problem details (RFC 9457) that repeat nothing of the request. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const PROBLEM_TYPE_PREFIX = 'urn:gatewarden:error:'

/** @param challenges what `WWW-Authenticate` offers: RFC 9110 §11.6.1 wants one with every 401 */
export function answerError(error: AuthError, requestId: string, challenges: readonly Challenge[]): Answer {
  const body = JSON.stringify({
    type: PROBLEM_TYPE_PREFIX + error.code,
    title: AUTH_ERRORS[error.code].title,
    status: error.status,
    detail: error.detail,
    code: error.code,
    requestId,
  })
  const headers: Record<string, string> = {
    ...(error.status === 401 && headersOf(challenges)),
    ...printable(error.answerHeaders),
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-request-id': requestId,
  }
  // What is malformed may be framed otherwise than we read it: nothing behind it on the connection counts (RFC 9112 §6.1).
  // What is too large, or too slow, is not read to its end (RFC 9110 §15.5.9).
  if (error.status === 400 || error.status === 408 || error.status === 413) headers.connection = 'close'
  const offered = challenges.map((challenge) => withError(challenge, error))
  if (offered.length > 0) headers['www-authenticate'] = formatChallenges(offered)
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = retryAfter(error.retryAfterSeconds)
  return { status: error.status, headers, body }
}

/** What challenges say of the same name is a list: RFC 9110 §5.3. */
function headersOf(challenges: readonly Challenge[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const { answerHeaders = {} } of challenges) {
    for (const [name, value] of Object.entries(answerHeaders)) {
      headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
    }
  }
  return printable(headers)
}

/** RFC 6750 §3.1: no error code when no credential was presented. */
function withError(challenge: Challenge, error: AuthError): Challenge {
  if (error.code === 'unauthenticated') return challenge
  return createChallenge(challenge.scheme, {
    ...challenge.parameters,
    error: error.code,
    ...error.challengeParameters,
    ...(error.scope !== undefined && { scope: error.scope }),
  })
}

/** RFC 9110 §10.2.3: digits only, of a number that those who read it can hold. */
function retryAfter(seconds: number): string {
  return String(Math.min(Math.ceil(seconds), 2 ** 31 - 1))
}

/** What frames the answer, or is about its connection, is ours to say. */
const FRAMING = /^(?:content-(?:length|encoding|type)|transfer-encoding|connection|keep-alive|upgrade|te|trailer)$/

/** By lower-case name. @throws TypeError when a name or a value could not be sent, or would frame the answer */
function printable(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {}
  for (const [sent, value] of Object.entries(headers)) {
    const name = sent.toLowerCase()
    if (!isToken(name) || FRAMING.test(name)) throw new TypeError('an answer header must have a name of its own')
    if (!/^[\x20-\x7e]*$/.test(value)) throw new TypeError('an answer header must be printable ASCII')
    checked[name] = value
  }
  return checked
}
