import { assertKeyWord, hashApiKey, parseApiKey } from '../api-key.ts'
import { createChallenge } from '../challenge.ts'
import { withDeadline } from '../deadline.ts'
import { type Awaitable, type Clock, systemClock } from '../effects.ts'
import { isToken } from '../header-name.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber, assertStrings, invalidOption } from '../options.ts'
import { type ApiKeyRecord, type KeyStore, principalFieldsOf } from '../store/key-store.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticatedAs,
  type CredentialSource,
  malformed,
  rejected,
} from './authenticator.ts'
import { readCredential } from './credential.ts'

export interface ApiKeyOptions {
  readonly keys: KeyStore
  /** Which environments' keys are accepted, such as `['live']`. Others are refused before the store is asked. */
  readonly environments: readonly string[]
  /** Headers that may hold a key. Default `X-API-Key`. */
  readonly headers?: readonly string[]
  /** An `Authorization` scheme that may hold a key as well, such as `ApiKey`. Default none. */
  readonly scheme?: string
  /** The prefix of the keys. Default `sk`. */
  readonly prefix?: string
  readonly realm?: string
  /** How long the store may take. Default 2,000. */
  readonly deadlineMs?: number
  readonly now?: Clock
}

const OPTIONS = ['keys', 'environments', 'headers', 'scheme', 'prefix', 'realm', 'deadlineMs', 'now']

/** One answer for every bad key: unknown, wrong, expired and revoked look the same from outside. */
const DETAIL = 'The API key is not valid.'

/**
 * API keys, by header only, looked up by their hash. A key of another form, with a wrong checksum or of another
 * environment dies before the store is asked.
 */
export function apiKeyAuthenticator(options: ApiKeyOptions): Authenticator {
  const { keys, environments, headers, scheme, prefix, realm, deadlineMs, now } = checked(options)
  const sources: CredentialSource[] = headers.map((header) => ({ header }))
  if (scheme !== undefined) sources.push({ header: 'authorization', scheme })

  function judge(record: ApiKeyRecord | undefined): Authentication {
    if (!record) return rejected('unknown', DETAIL)
    if (!environments.has(record.environment)) return rejected('environment', DETAIL)
    if (record.revokedAt !== undefined) return rejected('revoked', DETAIL)
    if (record.expiresAt !== undefined && !(now() < record.expiresAt)) return rejected('expired', DETAIL)
    return authenticatedAs(principalFieldsOf(record))
  }

  function verify(key: string): Awaitable<Authentication> {
    const parsed = parseApiKey(key)
    if (!parsed || parsed.prefix !== prefix) return rejected('format', DETAIL)
    if (!environments.has(parsed.environment)) return rejected('environment', DETAIL)
    const record = withDeadline('key store', deadlineMs, keys.findByHash(hashApiKey(key)))
    return record instanceof Promise ? record.then(judge) : judge(record)
  }

  return {
    method: 'api-key',
    challenges: [
      createChallenge(scheme ?? 'ApiKey', {
        realm,
        in: 'header',
        name: scheme ? 'Authorization' : (options.headers?.[0] ?? 'X-API-Key'),
      }),
    ],
    sources,
    urlParameters: [...new Set([...headers, 'api_key', 'apikey', 'api-key'])],
    issuers: [],
    authenticate(request) {
      let presented: string | undefined
      for (const source of sources) {
        const key = readCredential(request, source)
        if (key === undefined) continue
        if (presented !== undefined) return malformed({ reason: 'two credentials', detail: 'Present one API key.' })
        presented = key
      }
      return presented === undefined ? ABSENT : verify(presented)
    },
  }
}

function checked(options: ApiKeyOptions) {
  const factory = 'apiKeyAuthenticator'
  assertKnownKeys(factory, options, OPTIONS)
  const {
    keys,
    environments,
    headers = ['X-API-Key'],
    scheme,
    prefix = 'sk',
    realm = 'api',
    deadlineMs = 2_000,
    now = systemClock,
  } = options
  if (typeof keys?.findByHash !== 'function')
    throw invalidOption(factory, '"keys" must be a KeyStore, such as memoryKeyStore()')
  assertStrings(factory, 'environments', environments)
  for (const environment of environments) assertKeyWord(factory, 'environments', environment)
  assertStrings(factory, 'headers', headers)
  assertKeyWord(factory, 'prefix', prefix)
  assertPositiveNumber(factory, 'deadlineMs', deadlineMs)
  assertFunction(factory, 'now', now)
  for (const header of headers) {
    if (!isToken(header) || header.toLowerCase() === 'authorization') {
      throw invalidOption(factory, '"headers" holds no header name of its own; for Authorization, set "scheme"')
    }
  }
  if (scheme !== undefined && (!isToken(scheme) || /^bearer$/i.test(scheme))) {
    throw invalidOption(factory, '"scheme" must be an auth scheme such as "ApiKey"; Bearer is for access tokens')
  }
  return {
    keys,
    environments: new Set(environments),
    headers: headers.map((header) => header.toLowerCase()),
    scheme,
    prefix,
    realm,
    deadlineMs,
    now,
  }
}
