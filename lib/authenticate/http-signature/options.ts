import { type BodyLimit, type BodyLimitOptions, bodyLimit } from '../../body-limits.ts'
import { type Clock, systemClock } from '../../effects.ts'
import {
  assertBoolean,
  assertDelayMs,
  assertFunction,
  assertKnownKeys,
  assertOneOf,
  assertPositiveNumber,
  assertString,
  assertStrings,
  invalidOption,
} from '../../options.ts'
import type { SharedKeys } from '../../shared-key.ts'
import {
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  type SignatureKey,
  type SignatureKeys,
} from '../../signature-key.ts'
import type { ReplayStore } from '../../store/replay-store.ts'
import { nobodysKey } from './algorithms.ts'
import { isComponentName } from './component-value.ts'
import type { CoveragePolicy } from './coverage.ts'
import { type FixedSignatureKey, fixedSignatureKeys } from './known-keys.ts'
import { type OriginOf, signedOrigins } from './origins.ts'

/**
 * Ask of signatures that they cover these components, and nothing else: neither the method, nor the target, nor the body.
 * What is not covered, anyone on the way can change.
 * @deprecated Marked so that it stands out in review.
 */
export const dangerouslyRequireOnly: unique symbol = Symbol('gatewarden.dangerouslyRequireOnly')

export interface HttpSignatureOptions extends BodyLimitOptions {
  /**
   * The origins under which clients call this API, such as `https://api.example.com`. Signatures are verified for one of
   * them: that of the `Host`. A request for another host is refused.
   */
  readonly origins: readonly string[]
  /** Where used signatures are remembered: one for the whole fleet, so that none is used twice. */
  readonly replayStore: ReplayStore
  /** Clients' keys: a list, or what finds them. */
  readonly keys?: SignatureKeys | readonly FixedSignatureKey[]
  /** Secrets shared with clients, for `hmac-sha256`: `secretVault({ ... })`, or whatever finds them. */
  readonly sharedKeys?: SharedKeys
  /** What clients may sign with. Default: all of `SIGNATURE_ALGORITHMS`. An unknown key costs as one of the first. */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /** What signatures must cover besides `@method`, `@target-uri` (or its parts) and the `content-digest` of a body. */
  readonly requiredComponents?: readonly string[]
  /** Only signatures with this `tag` count. Without it, only those that have none. */
  readonly tag?: string
  /** Refuse a signature without a nonce. Default false: each signature counts once in any case. */
  readonly requireNonce?: boolean
  /** How old a signature may be. Default 300, at most 3,600. */
  readonly maxAgeSeconds?: number
  /** How far the clocks of clients may differ. Default 30, at most 300. */
  readonly clockToleranceSeconds?: number
  /** How long a key look-up, and the replay store, may take. Default 2,000. */
  readonly deadlineMs?: number
  readonly realm?: string
  readonly now?: Clock
  readonly [dangerouslyRequireOnly]?: readonly string[]
}

const FACTORY = 'httpSignatureAuthenticator'
const OPTIONS = [
  ...['origins', 'replayStore', 'keys', 'sharedKeys', 'algorithms', 'requiredComponents', 'tag', 'requireNonce'],
  ...['maxAgeSeconds', 'clockToleranceSeconds', 'maxBodyBytes', 'maxBodyBytesByRoute', 'deadlineMs', 'realm', 'now'],
]
const ALWAYS_REQUIRED = ['@method', '@target-uri']
const PRINTABLE = /^[\x20-\x7e]+$/

/** What the options come to, worked out at boot. */
export interface HttpSignatureSettings {
  readonly originOf: OriginOf
  readonly replayStore: ReplayStore
  readonly keys: SignatureKeys | undefined
  readonly sharedKeys: SharedKeys | undefined
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly coverage: CoveragePolicy
  readonly tag: string | undefined
  readonly requireNonce: boolean
  readonly maxAgeSeconds: number
  readonly clockToleranceSeconds: number
  readonly maxBodyBytesOf: BodyLimit
  readonly deadlineMs: number
  readonly realm: string
  /** Stand in for the key of a key id that nobody has, so that its answer costs the same. */
  readonly nobodysKeys: ReadonlyMap<string, Pick<SignatureKey, 'algorithm' | 'keys'>>
  readonly now: Clock
}

/** @throws TypeError when an option is missing, unknown or unsafe */
export function httpSignatureSettings(options: HttpSignatureOptions): HttpSignatureSettings {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { replayStore, tag, requireNonce = false, algorithms = SIGNATURE_ALGORITHMS } = options
  const { deadlineMs = 2_000, realm = 'api', now = systemClock } = options
  if (typeof replayStore?.claim !== 'function') {
    throw invalidOption(
      FACTORY,
      '"replayStore" must be a ReplayStore: redisReplayStore() for a fleet, memoryReplayStore() for one process',
    )
  }
  assertStrings(FACTORY, 'algorithms', algorithms)
  for (const each of algorithms) assertOneOf(FACTORY, 'algorithms', each, SIGNATURE_ALGORITHMS)
  if (tag !== undefined && (typeof tag !== 'string' || !PRINTABLE.test(tag))) {
    throw invalidOption(FACTORY, '"tag" must be printable ASCII')
  }
  assertBoolean(FACTORY, 'requireNonce', requireNonce)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs)
  assertString(FACTORY, 'realm', realm)
  assertFunction(FACTORY, 'now', now)
  return {
    originOf: signedOrigins(FACTORY, options.origins),
    replayStore,
    ...keySources(options),
    algorithms,
    coverage: coveragePolicy(options),
    tag,
    requireNonce,
    ...times(options),
    maxBodyBytesOf: bodyLimit(FACTORY, options),
    deadlineMs,
    realm,
    nobodysKeys: new Map(algorithms.map((algorithm) => [algorithm, { algorithm, keys: [nobodysKey(algorithm)] }])),
    now,
  }
}

function keySources({ keys, sharedKeys }: HttpSignatureOptions): Pick<HttpSignatureSettings, 'keys' | 'sharedKeys'> {
  if (keys === undefined && sharedKeys === undefined) throw invalidOption(FACTORY, '"keys" or "sharedKeys" is needed')
  if (sharedKeys !== undefined && typeof sharedKeys?.find !== 'function') {
    throw invalidOption(FACTORY, '"sharedKeys" must find shared keys, as secretVault() does')
  }
  if (isList(keys)) {
    if (keys.length === 0) throw invalidOption(FACTORY, '"keys" must list at least one key')
    return { keys: fixedSignatureKeys(FACTORY, keys), sharedKeys }
  }
  if (keys !== undefined && typeof keys?.find !== 'function') {
    throw invalidOption(FACTORY, '"keys" must be a list of keys, or find them by their id')
  }
  return { keys, sharedKeys }
}

function isList(keys: HttpSignatureOptions['keys']): keys is readonly FixedSignatureKey[] {
  return Array.isArray(keys)
}

function times(options: HttpSignatureOptions): Pick<HttpSignatureSettings, 'maxAgeSeconds' | 'clockToleranceSeconds'> {
  const { maxAgeSeconds = 300, clockToleranceSeconds = 30 } = options
  assertPositiveNumber(FACTORY, 'maxAgeSeconds', maxAgeSeconds, undefined, 3_600)
  assertPositiveNumber(FACTORY, 'clockToleranceSeconds', clockToleranceSeconds, 0, 300)
  return { maxAgeSeconds, clockToleranceSeconds }
}

function coveragePolicy(options: HttpSignatureOptions): CoveragePolicy {
  const { requiredComponents, [dangerouslyRequireOnly]: only } = options
  if (requiredComponents !== undefined) assertComponents('requiredComponents', requiredComponents)
  if (only === undefined) {
    return { required: [...new Set([...ALWAYS_REQUIRED, ...(requiredComponents ?? [])])], requiresDigest: true }
  }
  assertComponents('dangerouslyRequireOnly', only)
  if (requiredComponents !== undefined) {
    throw invalidOption(
      FACTORY,
      '"requiredComponents" adds to what dangerouslyRequireOnly takes away: give one of them',
    )
  }
  return { required: only, requiresDigest: false }
}

function assertComponents(name: string, components: unknown): void {
  assertStrings(FACTORY, name, components)
  for (const each of components) {
    if (!isComponentName(each)) {
      throw invalidOption(FACTORY, `"${name}" holds "${each}"; a component is like "@method" or "content-type"`)
    }
  }
}
