import { DependencyError } from '../../errors.ts'
import { fetchBounded } from '../../fetch-bounded.ts'
import { type ActiveToken, activeToken, parseAnswer } from './answer.ts'
import type { IntrospectionSettings } from './options.ts'
import { verifiedAnswer } from './signed-answer.ts'

/** What a server says of a token: what it holds, that it is not active, or that it is of a kind it cannot tell of. */
export type Told = ActiveToken | 'inactive' | 'unsupported'

const MAX_ANSWER_BYTES = 64 * 1024
const SIGNED = 'application/token-introspection+jwt'
const OK = 200
const BAD_REQUEST = 400

/**
 * One call: RFC 7662 §2.1. The token goes in the body, form-encoded, never in a URL.
 * @throws DependencyError when there is no answer to be had, whatever the reason: none of them is the caller's
 */
export async function ask(token: string, settings: IntrospectionSettings, signal: AbortSignal): Promise<Told> {
  const { endpoint, credentials, answerKeys, fetch } = settings
  const { headers, form } = credentials()
  const init = {
    method: 'POST',
    headers: {
      ...headers,
      accept: answerKeys ? SIGNED : 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token, token_type_hint: 'access_token', ...form }).toString(),
  }
  const options = { fetch, signal, maxBytes: MAX_ANSWER_BYTES, statuses: [OK, BAD_REQUEST] }
  const { status, text } = await fetchBounded('introspection', endpoint, init, options)
  if (status === BAD_REQUEST) return unsupported(text)
  return activeToken(answerKeys ? await verifiedAnswer(text, answerKeys, settings) : parseAnswer(text)) ?? 'inactive'
}

/**
 * A token of another kind is the caller's mistake (RFC 7009 §2.2.1 has the word for it, and servers use it here too).
 * Whatever else a server finds bad in our request is ours.
 */
function unsupported(text: string): 'unsupported' {
  if (errorCode(text) === 'unsupported_token_type') return 'unsupported'
  throw new DependencyError('introspection', `answered ${BAD_REQUEST}`, { status: BAD_REQUEST })
}

/** RFC 6749 §5.2. */
function errorCode(text: string): unknown {
  try {
    const problem: unknown = JSON.parse(text)
    return typeof problem === 'object' && problem !== null ? (problem as { error?: unknown }).error : undefined
  } catch {
    return undefined
  }
}
