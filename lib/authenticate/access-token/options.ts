import { type Clock, type Fetch, systemClock } from '../../effects.ts'
import { assertEndpoint, assertFunction, assertPositiveNumber, assertString, invalidOption } from '../../options.ts'
import { memoryTokenCache } from '../../store/memory.ts'
import type { RevocationList } from '../../store/revocation-list.ts'
import type { TokenCache } from '../../store/token-cache.ts'
import { emitWarning, type Warn } from '../../warning.ts'
import type { ProofVerifier } from '../proof-of-possession.ts'

/** What all authenticators of access tokens share. */
export interface TokenOptions {
  /** Where verified tokens are kept. Default: memory. */
  readonly cache?: TokenCache
  /** How long a verified JWT is kept at most. Default 300. */
  readonly cacheTtlSeconds?: number
  /** Takes tokens that are bound to a key, with their proof: `dpopVerifier({ … })`. Without it they are refused. */
  readonly dpop?: ProofVerifier
  /** What is revoked before it expires. Asked for every request. */
  readonly revocations?: RevocationList
  /**
   * Where this API's metadata is, for challenges (RFC 9728 §5.1): the `url` of `protectedResourceMetadata()`. A client finds
   * from there whom to ask for a token.
   */
  readonly resourceMetadata?: string
  readonly realm?: string
  readonly fetch?: Fetch
  readonly now?: Clock
  /** Hears of ignored keys and failed refreshes. Default: `process.emitWarning`. */
  readonly warn?: Warn
}

export const TOKEN_OPTIONS: readonly string[] = [
  ...['cache', 'cacheTtlSeconds', 'dpop', 'revocations', 'resourceMetadata', 'realm', 'fetch', 'now', 'warn'],
]

/** What the options come to, worked out at boot. */
export interface TokenSettings {
  readonly cache: TokenCache
  readonly cacheTtlSeconds: number
  readonly dpop: ProofVerifier | undefined
  readonly revocations: RevocationList | undefined
  /** Parameters of every challenge. */
  readonly challenge: Readonly<Record<string, string>>
  readonly fetch: Fetch
  readonly now: Clock
  readonly warn: Warn
}

/** @throws TypeError when an option is unsafe */
export function tokenSettings(factory: string, options: TokenOptions): TokenSettings {
  const { now = systemClock, fetch = globalThis.fetch, warn = emitWarning, cacheTtlSeconds = 300 } = options
  const { realm = 'api', resourceMetadata, dpop, revocations } = options
  assertFunction(factory, 'now', now)
  assertFunction(factory, 'fetch', fetch)
  assertFunction(factory, 'warn', warn)
  assertPositiveNumber(factory, 'cacheTtlSeconds', cacheTtlSeconds)
  assertString(factory, 'realm', realm)
  if (resourceMetadata !== undefined) assertEndpoint(factory, 'resourceMetadata', resourceMetadata, false)
  const cache = options.cache ?? memoryTokenCache({ now })
  if (typeof cache.get !== 'function' || typeof cache.set !== 'function') {
    throw invalidOption(factory, '"cache" must be a TokenCache, such as memoryTokenCache()')
  }
  if (dpop !== undefined && typeof dpop?.verify !== 'function') {
    throw invalidOption(factory, '"dpop" must be made by dpopVerifier({ … })')
  }
  if (revocations !== undefined && typeof revocations?.covers !== 'function') {
    throw invalidOption(factory, '"revocations" must be a RevocationList')
  }
  const challenge = { realm, ...(resourceMetadata !== undefined && { resource_metadata: resourceMetadata }) }
  return { cache, cacheTtlSeconds, dpop, revocations, challenge, fetch, now, warn }
}
