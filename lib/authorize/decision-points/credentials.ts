import type { Awaitable } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { isToken } from '../../header-name.ts'
import { assertKnownKeys, invalidOption } from '../../options.ts'

/** What shows a decision point who asks. */
export interface DecisionPointCredentials {
  /** A bearer token (RFC 6750 §2.1), or where to get the one of the moment. */
  readonly token?: string | (() => Awaitable<string>)
  /** Other header fields, such as `X-API-Key`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** RFC 6750 §2.1: b64token. */
const BEARER = /^[A-Za-z0-9\-._~+/]+=*$/
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
/** Those that say how the request is to be read are ours. */
const OURS = [
  ...['accept', 'connection', 'content-encoding', 'content-length', 'content-type', 'host', 'transfer-encoding'],
  'x-request-id',
]

/**
 * @returns the header fields of a question
 * @throws TypeError for what is no credential; the message holds no value
 */
export function credentialHeaders(
  factory: string,
  name: string,
  { token, headers = {} }: DecisionPointCredentials,
): () => Awaitable<Readonly<Record<string, string>>> {
  const fixed = checkedHeaders(factory, headers)
  if (token === undefined) return () => fixed
  if ('authorization' in fixed) throw invalidOption(factory, '"headers" names Authorization beside "token"; say one')
  if (typeof token === 'function') return async () => withToken(fixed, await tokenOf(name, token))
  if (!BEARER.test(token)) throw invalidOption(factory, '"token" must be a bearer token, without its scheme')
  const known = withToken(fixed, token)
  return () => known
}

function checkedHeaders(factory: string, headers: unknown): Readonly<Record<string, string>> {
  assertKnownKeys(factory, headers, Object.keys(Object(headers)))
  const checked: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers as Readonly<Record<string, unknown>>)) {
    const lower = name.toLowerCase()
    if (!isToken(name) || OURS.includes(lower)) throw invalidOption(factory, `"headers" cannot hold "${name}"`)
    if (lower in checked) throw invalidOption(factory, `"headers" names "${lower}" twice`)
    if (typeof value !== 'string' || !VALUE.test(value)) {
      throw invalidOption(factory, `"headers" must have printable ASCII as "${name}"`)
    }
    checked[lower] = value
  }
  return checked
}

function withToken(headers: Readonly<Record<string, string>>, token: string): Readonly<Record<string, string>> {
  return { ...headers, authorization: `Bearer ${token}` }
}

/** What it throws is not passed on: it may hold what it was asked with. */
async function tokenOf(name: string, token: () => Awaitable<string>): Promise<string> {
  let found: unknown
  try {
    found = await token()
  } catch {
    throw new DependencyError(name, 'its "token" cannot be had')
  }
  if (typeof found !== 'string' || !BEARER.test(found))
    throw new DependencyError(name, 'its "token" is no bearer token')
  return found
}
