import type { Clock, Fetch } from '../../effects.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber, invalidOption } from '../../options.ts'
import { emitWarning, rarely, type Warn } from '../../warning.ts'
import type { Certificate } from './certificate.ts'
import { isFileName, type PemSource } from './certificate-source.ts'
import { isUrl } from './list-source.ts'
import { Revocation } from './revocation.ts'
import { RevocationLists } from './revocation-lists.ts'

export interface RevocationOptions {
  /**
   * Lists of revoked certificates: names of files, `https:` or `http:` URLs (a list is signed), or PEM. Then every authority
   * on the way to a trusted one must have a list that is not out of date; else 503.
   */
  readonly crls?: readonly PemSource[]
  /** Files and URLs are looked at again when older than this, and always before a list is out of date. Default 300. */
  readonly refreshAfterSeconds?: number
  /** How long it may take to get a list or an answer. Default 5,000. */
  readonly deadlineMs?: number
  readonly fetch?: Fetch
  /** Hears of what cannot be had. Default: a process warning, at most one a minute. */
  readonly warn?: Warn
}

const KEYS = ['crls', 'refreshAfterSeconds', 'deadlineMs', 'fetch', 'warn']

export interface RevocationCheck {
  readonly revocation: Revocation
  refresh(): Promise<void>
}

/**
 * @param authorities who may have signed lists
 * @throws TypeError when nothing would be checked, or an option is wrong
 */
export function revocationCheck(
  factory: string,
  options: RevocationOptions | 'unchecked',
  authorities: () => readonly Certificate[],
  now: Clock,
): RevocationCheck | undefined {
  if (options === 'unchecked') return undefined
  if (options === undefined) {
    throw invalidOption(factory, '"revocation" must say how: { crls: [...] }, { ocsp: {...} }, or "unchecked"')
  }
  const owner = `${factory}.revocation`
  assertKnownKeys(owner, options, KEYS)
  const {
    refreshAfterSeconds = 300,
    deadlineMs = 5_000,
    fetch = globalThis.fetch,
    warn = rarely(emitWarning, now),
  } = options
  assertPositiveNumber(owner, 'refreshAfterSeconds', refreshAfterSeconds)
  assertPositiveNumber(owner, 'deadlineMs', deadlineMs)
  assertFunction(owner, 'fetch', fetch)
  assertFunction(owner, 'warn', warn)
  const settings = { authorities, refreshAfterSeconds, deadlineMs, fetch, now, warn }
  assertPlaces(owner, options.crls)
  const lists = new RevocationLists(factory, options.crls, settings)
  return { revocation: new Revocation(lists, undefined), refresh: () => lists.refresh() }
}

function assertPlaces(owner: string, places: unknown): asserts places is readonly PemSource[] {
  if (!Array.isArray(places) || places.length === 0) {
    throw invalidOption(owner, '"crls" must be a list of at least one file, URL or PEM')
  }
  for (const place of places) {
    const isText = typeof place === 'string' && place !== ''
    if (!isText && !(place instanceof Uint8Array)) throw invalidOption(owner, '"crls" must hold files, URLs or PEM')
    if (isText && isFileName(place) && isUrl(place) && !isPlainUrl(place)) {
      throw invalidOption(owner, '"crls" must hold URLs without credentials')
    }
  }
}

export function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
}
