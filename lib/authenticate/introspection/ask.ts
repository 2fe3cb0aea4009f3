import { fetchBounded } from '../../fetch-bounded.ts'
import { type ActiveToken, activeToken, parseAnswer } from './answer.ts'
import type { IntrospectionSettings } from './options.ts'
import { verifiedAnswer } from './signed-answer.ts'

const MAX_ANSWER_BYTES = 256 * 1024
const SIGNED = 'application/token-introspection+jwt'

/**
 * One call: RFC 7662 §2.1. The token goes in the body, form-encoded, never in a URL.
 * @returns `undefined` when the token is not active
 * @throws DependencyError when there is no answer to be had, whatever the reason: none of them is the caller's
 */
export async function ask(
  token: string,
  settings: IntrospectionSettings,
  signal: AbortSignal,
): Promise<ActiveToken | undefined> {
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
  const options = { fetch, signal, maxBytes: MAX_ANSWER_BYTES }
  const { text } = await fetchBounded('introspection', endpoint, init, options)
  return activeToken(answerKeys ? await verifiedAnswer(text, answerKeys, settings) : parseAnswer(text))
}
