import { API_KEY_PATTERN } from '../api-key.ts'
import type { RawRequest } from '../request-view.ts'

export const REMOVED = '(removed)'

/** What looks like a token wherever it comes from: the first parts of a JWS or JWE (RFC 7515 §7.1), or an API key of ours. */
const TOKENS = new RegExp(`\\beyJ[\\w-]{8,}(?:\\.[\\w-]*){1,4}|${API_KEY_PATTERN.source}`, 'g')
/** Shorter ones are words: to remove them everywhere would remove what is no secret. */
const MIN_SECRET_LENGTH = 8
/** Values in a query are mostly no secrets. */
const MIN_QUERY_SECRET_LENGTH = 16

const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie', 'dpop', 'signature', 'x-api-key']

/** Words of an explanation itself: a credential that is one of them does not change what it says. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  ...['answered', 'matched', 'no table', 'not reached', 'left out', 'credential', 'not for clients', 'requirement'],
  ...['not met', 'cannot be told', 'not asked', 'access_denied', 'temporarily_unavailable', 'authenticated'],
])

/**
 * Removes from texts what a request came with as a credential, should anything have let it through: a reason, the name of a
 * failed dependency, an id. It is the second net; the first is that credentials are not put there.
 * @param sources lower-case names of the headers that authenticators read
 */
export function secretRemover(raw: RawRequest, sources: readonly string[]): (text: string) => string {
  const secrets = secretsIn(raw, new Set([...CREDENTIALS, ...sources]))
  return (text) => {
    if (OWN_WORDS.has(text)) return text
    let left = text
    for (const secret of secrets) left = left.replaceAll(secret, REMOVED)
    return left.replace(TOKENS, REMOVED)
  }
}

/** The longest first: a piece of one is no longer there when it is looked for. */
function secretsIn({ rawHeaders, target }: RawRequest, credentials: ReadonlySet<string>): readonly string[] {
  const secrets = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase()
    if (!credentials.has(name)) continue
    const value = rawHeaders[index + 1] as string
    for (const piece of [value, ...piecesOf(name, value)]) if (piece.length >= MIN_SECRET_LENGTH) secrets.add(piece)
  }
  for (const value of queryValues(target)) if (value.length >= MIN_QUERY_SECRET_LENGTH) secrets.add(value)
  return [...secrets].sort((one, other) => other.length - one.length)
}

/** What follows a scheme; each of the cookies. */
function piecesOf(name: string, value: string): readonly string[] {
  if (name === 'cookie') return value.split(';').map((cookie) => cookie.slice(cookie.indexOf('=') + 1).trim())
  return value.split(/\s+/).slice(1)
}

function queryValues(target: string): readonly string[] {
  const query = target.slice(target.indexOf('?') + 1)
  return query === target ? [] : query.split('&').flatMap((pair) => spellingsOf(pair.slice(pair.indexOf('=') + 1)))
}

function spellingsOf(value: string): readonly string[] {
  try {
    return [value, decodeURIComponent(value)]
  } catch {
    return [value]
  }
}

/** The same with every text in it put through a function; names are ours and stay. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, change)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, item]) => [name, mapTexts(item as unknown, change)] as const)
  return Object.fromEntries(entries) as T
}
