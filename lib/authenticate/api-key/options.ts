import { assertKeyWord, assertPeppers, type Pepper } from '../../api-key.ts'
import { type Clock, systemClock } from '../../effects.ts'
import { isToken } from '../../header-name.ts'
import {
  assertBoolean,
  assertDelayMs,
  assertFunction,
  assertKnownKeys,
  assertString,
  assertStrings,
  invalidOption,
} from '../../options.ts'
import type { KeyStore } from '../../store/key-store.ts'
import type { CredentialSource } from '../authenticator.ts'
import { type GuessThrottle, type GuessThrottleOptions, guessThrottle } from './guess-throttle.ts'

export interface ApiKeyOptions {
  readonly keys: Pick<KeyStore, 'findByHash'>
  /** Which environments' keys are accepted, such as `['live']`. Others are refused before the store is asked. */
  readonly environments: readonly string[]
  /** Headers that may hold a key. Default `X-API-Key`. */
  readonly headers?: readonly string[]
  /** An `Authorization` scheme that may hold a key as well, such as `ApiKey`. Default none. */
  readonly scheme?: string
  /** The prefix of the keys. Default `sk`. */
  readonly prefix?: string
  /** The secrets that keys are hashed under, newest first; older ones go on working while they are listed. */
  readonly peppers?: readonly Pepper[]
  /** Accept keys of another format too, which were imported by their hash. Default false: then no junk reaches the store. */
  readonly foreignKeys?: boolean
  /** How many bad keys a network may present; `false` counts none. */
  readonly guesses?: GuessThrottleOptions | false
  /** Hears of every use of a good key: `usageTracker({ store })`. */
  readonly usage?: { note(id: string): void }
  readonly realm?: string
  /** How long the store may take. Default 2,000. */
  readonly deadlineMs?: number
  readonly now?: Clock
}

const FACTORY = 'apiKeyAuthenticator'
const OPTIONS = [
  ...['keys', 'environments', 'headers', 'scheme', 'prefix', 'peppers', 'foreignKeys', 'guesses', 'usage'],
  ...['realm', 'deadlineMs', 'now'],
]

/** What the options come to, worked out at boot. */
export interface ApiKeySettings {
  readonly keys: ApiKeyOptions['keys']
  readonly environments: ReadonlySet<string>
  readonly sources: readonly CredentialSource[]
  readonly urlParameters: readonly string[]
  readonly challenge: { readonly scheme: string; readonly header: string }
  readonly prefix: string
  readonly peppers: readonly Pepper[]
  readonly foreignKeys: boolean
  readonly guesses: GuessThrottle | undefined
  readonly usage: ApiKeyOptions['usage']
  readonly realm: string
  readonly deadlineMs: number
  readonly now: Clock
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function apiKeySettings(options: ApiKeyOptions): ApiKeySettings {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { keys, environments, prefix = 'sk', peppers = [], foreignKeys = false, usage, now = systemClock } = options
  const { realm = 'api', deadlineMs = 2_000, guesses = {} } = options
  if (typeof keys?.findByHash !== 'function') throw invalidOption(FACTORY, '"keys" must be a KeyStore')
  assertStrings(FACTORY, 'environments', environments)
  for (const environment of environments) assertKeyWord(FACTORY, 'environments', environment)
  assertKeyWord(FACTORY, 'prefix', prefix)
  assertPeppers(FACTORY, peppers)
  assertBoolean(FACTORY, 'foreignKeys', foreignKeys)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs)
  assertString(FACTORY, 'realm', realm)
  assertFunction(FACTORY, 'now', now)
  if (usage !== undefined) assertFunction(FACTORY, 'usage.note', usage.note)
  return {
    ...places(options),
    keys,
    environments: new Set(environments),
    prefix,
    peppers,
    foreignKeys,
    guesses: guesses === false ? undefined : guessThrottle({ now, ...guesses }),
    usage,
    realm,
    deadlineMs,
    now,
  }
}

/** Where a key may be, and may not. */
function places({ headers = ['X-API-Key'], scheme }: ApiKeyOptions) {
  assertStrings(FACTORY, 'headers', headers)
  for (const header of headers) {
    if (!isToken(header) || header.toLowerCase() === 'authorization') {
      throw invalidOption(FACTORY, '"headers" holds no header name of its own; for Authorization, set "scheme"')
    }
  }
  if (scheme !== undefined && (!isToken(scheme) || /^bearer$/i.test(scheme))) {
    throw invalidOption(FACTORY, '"scheme" must be an auth scheme such as "ApiKey"; Bearer is for access tokens')
  }
  const names = headers.map((header) => header.toLowerCase())
  if (new Set(names).size < names.length) throw invalidOption(FACTORY, '"headers" names one header twice')
  const sources: CredentialSource[] = names.map((header) => ({ header }))
  if (scheme !== undefined) sources.push({ header: 'authorization', scheme })
  return {
    sources,
    urlParameters: [...new Set([...names, 'api_key', 'apikey', 'api-key'])],
    challenge: { scheme: scheme ?? 'ApiKey', header: scheme === undefined ? (headers[0] ?? '') : 'Authorization' },
  }
}
