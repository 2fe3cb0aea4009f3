import { hash } from 'node:crypto'
import { assertClaimPath } from '../../claim-path.ts'
import { type Clock, type Fetch, systemClock } from '../../effects.ts'
import {
  assertBoolean,
  assertEndpoint,
  assertFunction,
  assertKnownKeys,
  assertPositiveNumber,
  assertString,
  assertStrings,
  dangerouslyAllowHttp,
  invalidOption,
} from '../../options.ts'
import { memoryTokenCache } from '../../store/memory.ts'
import type { TokenCache } from '../../store/token-cache.ts'
import { isJwsAlgorithm, JWS_ALGORITHMS, type JwsAlgorithm } from './algorithms.ts'
import type { ClaimRules } from './claims.ts'
import { discoverJwksUri } from './discovery.ts'
import { fixedKeySet } from './fixed-key-set.ts'
import type { KeySet } from './key-set.ts'
import { CLAIM_MAPPING_FIELDS, type ClaimMapping } from './principal-of-claims.ts'
import { KEY_SET_TIMES, type KeySetTimes, MAX_DOCUMENT_BYTES, RemoteKeySet } from './remote-key-set.ts'

export interface JwtOptions {
  /** Compared exactly with `iss`. Its keys are found by discovery, unless `jwksUri` or `keys` says otherwise. */
  readonly issuer: string
  /** What `aud` must name: this API. */
  readonly audience: string | readonly string[]
  /** The algorithms this issuer signs with, and no others. */
  readonly algorithms: readonly JwsAlgorithm[]
  /** Where the issuer's key set is, instead of by discovery. */
  readonly jwksUri?: string
  /** The issuer's public keys, a JWK Set, instead of by discovery. */
  readonly keys?: { readonly keys: readonly object[] }
  /** `rfc9068` demands `typ: at+jwt` and that profile's claims. Default `any`: any access token, and no other token. */
  readonly profile?: 'any' | 'rfc9068'
  readonly claims?: ClaimMapping
  /** Default 5. */
  readonly clockToleranceSeconds?: number
  /** Tokens that live longer are refused. Default 86,400. */
  readonly maxLifetimeSeconds?: number
  /** Accept a token without `kid` when the key set has exactly one key. Default false. */
  readonly allowMissingKeyId?: boolean
  /** Where verified tokens are kept. Default: memory. */
  readonly cache?: TokenCache
  /** How long a verified token is kept at most. Default 300. */
  readonly cacheTtlSeconds?: number
  readonly keySet?: KeySetTimes
  readonly realm?: string
  readonly fetch?: Fetch
  readonly now?: Clock
  /** Hears of ignored keys and failed refreshes. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void
  /** @deprecated see {@link dangerouslyAllowHttp} */
  readonly [dangerouslyAllowHttp]?: boolean
}

const FACTORY = 'jwtAuthenticator'
const OPTIONS = [
  ...['issuer', 'audience', 'algorithms', 'jwksUri', 'keys', 'profile', 'claims', 'clockToleranceSeconds'],
  ...['maxLifetimeSeconds', 'allowMissingKeyId', 'cache', 'cacheTtlSeconds', 'keySet', 'realm', 'fetch', 'now', 'warn'],
]

/** What the options of one issuer come to, worked out at boot. */
export interface JwtSettings {
  readonly rules: ClaimRules
  readonly algorithms: ReadonlySet<JwsAlgorithm>
  readonly mapping: ClaimMapping
  readonly keySet: KeySet
  readonly allowMissingKeyId: boolean
  readonly cache: TokenCache
  readonly cacheTtlSeconds: number
  /** Begins every cache key: what else decides about a token than the token. */
  readonly cachePrefix: string
  readonly realm: string
  readonly now: Clock
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function jwtSettings(options: JwtOptions): JwtSettings {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { now = systemClock, realm = 'api', claims = {}, allowMissingKeyId = false, cacheTtlSeconds = 300 } = options
  const rules = claimRules(options)
  assertAlgorithms(options.algorithms)
  assertMapping(claims)
  assertBoolean(FACTORY, 'allowMissingKeyId', allowMissingKeyId)
  assertPositiveNumber(FACTORY, 'cacheTtlSeconds', cacheTtlSeconds)
  assertString(FACTORY, 'realm', realm)
  assertFunction(FACTORY, 'now', now)
  const cache = options.cache ?? memoryTokenCache({ now })
  if (typeof cache.get !== 'function' || typeof cache.set !== 'function') {
    throw invalidOption(FACTORY, '"cache" must be a TokenCache, such as memoryTokenCache()')
  }
  const decisive = [...Object.values(rules), [...rules.audiences], options.algorithms, claims, allowMissingKeyId]
  return {
    rules,
    algorithms: new Set(options.algorithms),
    mapping: claims,
    keySet: keySetOf(options, now),
    allowMissingKeyId,
    cache,
    cacheTtlSeconds,
    cachePrefix: `jwt:${hash('sha256', JSON.stringify(decisive), 'base64url')}:`,
    realm,
    now,
  }
}

function claimRules(options: JwtOptions): ClaimRules {
  const { issuer, profile = 'any', clockToleranceSeconds = 5, maxLifetimeSeconds = 86_400 } = options
  assertString(FACTORY, 'issuer', issuer)
  const audience = typeof options.audience === 'string' ? [options.audience] : options.audience
  assertStrings(FACTORY, 'audience', audience)
  if (profile !== 'any' && profile !== 'rfc9068') throw invalidOption(FACTORY, '"profile" must be "any" or "rfc9068"')
  assertPositiveNumber(FACTORY, 'clockToleranceSeconds', clockToleranceSeconds, 0)
  if (clockToleranceSeconds > 300) throw invalidOption(FACTORY, '"clockToleranceSeconds" must be at most 300')
  assertPositiveNumber(FACTORY, 'maxLifetimeSeconds', maxLifetimeSeconds)
  return { issuer, audiences: new Set(audience), profile, clockToleranceSeconds, maxLifetimeSeconds }
}

function assertAlgorithms(algorithms: unknown): void {
  assertStrings(FACTORY, 'algorithms', algorithms)
  for (const algorithm of algorithms) {
    if (isJwsAlgorithm(algorithm)) continue
    throw invalidOption(
      FACTORY,
      `"algorithms" holds "${algorithm}"; public keys verify ${JWS_ALGORITHMS.join(', ')}. HMAC and "none" never mix with them`,
    )
  }
}

function assertMapping(mapping: ClaimMapping): void {
  assertKnownKeys(`${FACTORY}.claims`, mapping, CLAIM_MAPPING_FIELDS)
  for (const [name, path] of Object.entries(mapping)) assertClaimPath(`${FACTORY}.claims`, name, path)
}

function keySetOf(options: JwtOptions, now: Clock): KeySet {
  const { issuer, jwksUri, keys, fetch = globalThis.fetch, warn = emitWarning } = options
  const allowHttp = options[dangerouslyAllowHttp] === true
  const times = { ...KEY_SET_TIMES, ...options.keySet }
  assertKnownKeys(`${FACTORY}.keySet`, times, Object.keys(KEY_SET_TIMES))
  for (const [name, value] of Object.entries(times)) assertPositiveNumber(`${FACTORY}.keySet`, name, value)
  assertFunction(FACTORY, 'fetch', fetch)
  assertFunction(FACTORY, 'warn', warn)
  if (jwksUri !== undefined && keys !== undefined) throw invalidOption(FACTORY, 'give "jwksUri" or "keys", not both')
  if (keys !== undefined) return fixedKeySet(FACTORY, keys)
  if (jwksUri !== undefined) {
    assertEndpoint(FACTORY, 'jwksUri', jwksUri, allowHttp)
    return new RemoteKeySet({ ...times, fetch, now, warn, locate: () => jwksUri })
  }
  assertEndpoint(FACTORY, 'issuer', issuer, allowHttp)
  return new RemoteKeySet({
    ...times,
    fetch,
    now,
    warn,
    locate: (signal) => discoverJwksUri(issuer, allowHttp, { fetch, signal, maxBytes: MAX_DOCUMENT_BYTES }),
  })
}

function emitWarning(message: string): void {
  process.emitWarning(message, { type: 'GatewardenWarning' })
}
