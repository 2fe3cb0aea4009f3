import type { Clock, Fetch } from '../../effects.ts'
import {
  assertDelayMs,
  assertFunction,
  assertKnownKeys,
  assertOneOf,
  assertPositiveNumber,
  assertStrings,
  invalidOption,
} from '../../options.ts'
import { emitWarning, rarely, type Warn } from '../../warning.ts'
import type { Certificate } from './certificate.ts'
import { isFileName, type PemSource } from './certificate-source.ts'
import { isUrl } from './list-source.ts'
import { type ResponderSettings, Responders } from './ocsp/responders.ts'
import { Revocation } from './revocation.ts'
import { RevocationLists } from './revocation-lists.ts'

export interface OcspOptions {
  /** When a responder gives no answer that can be used: `refuse` with 503, or `accept` on the word of the lists, or of nobody. */
  readonly onFailure: 'refuse' | 'accept'
  /** The URLs that may be asked, as certificates name them. Default: any that a verified certificate names. */
  readonly responders?: readonly string[]
}

export interface RevocationOptions {
  /**
   * Lists of revoked certificates: names of files, `https:` or `http:` URLs (a list is signed), or PEM. Then every authority
   * on the way to a trusted one must have a list that is not out of date; else 503.
   */
  readonly crls?: readonly PemSource[]
  /** Ask the responders that certificates name. One that names none is judged by the lists. */
  readonly ocsp?: OcspOptions
  /** Files and URLs are looked at again when older than this, and always before a list is out of date. Default 300. */
  readonly refreshAfterSeconds?: number
  /** How long it may take to get a list or an answer. Default 5,000. */
  readonly deadlineMs?: number
  readonly fetch?: Fetch
  /** Hears of what cannot be had. Default: a process warning, at most one a minute. */
  readonly warn?: Warn
}

const KEYS = ['crls', 'ocsp', 'refreshAfterSeconds', 'deadlineMs', 'fetch', 'warn']

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
  assertDelayMs(owner, 'deadlineMs', deadlineMs)
  assertFunction(owner, 'fetch', fetch)
  assertFunction(owner, 'warn', warn)
  const settings = { authorities, refreshAfterSeconds, deadlineMs, fetch, now, warn }
  const { crls, ocsp } = options
  if (crls === undefined && ocsp === undefined) {
    throw invalidOption(factory, '"revocation" must name "crls" or "ocsp"; or be "unchecked"')
  }
  if (crls !== undefined) assertPlaces(owner, crls)
  const lists = crls && new RevocationLists(factory, crls, settings)
  const responders = ocsp && new Responders({ ...settings, ...responderRules(owner, ocsp) })
  return { revocation: new Revocation(lists, responders), refresh: async () => lists?.refresh() }
}

function responderRules(owner: string, ocsp: OcspOptions): Pick<ResponderSettings, 'mayAsk' | 'onFailure'> {
  assertKnownKeys(`${owner}.ocsp`, ocsp, ['onFailure', 'responders'])
  const { onFailure, responders } = ocsp
  assertOneOf(`${owner}.ocsp`, 'onFailure', onFailure, ['refuse', 'accept'])
  if (responders === undefined) return { onFailure, mayAsk: isPlainUrl }
  assertStrings(`${owner}.ocsp`, 'responders', responders)
  for (const responder of responders) {
    if (!isPlainUrl(responder)) throw invalidOption(`${owner}.ocsp`, '"responders" must hold URLs without credentials')
  }
  return { onFailure, mayAsk: (url) => responders.includes(url) }
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
