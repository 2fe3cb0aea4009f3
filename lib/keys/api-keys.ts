import { assertKeyWord, assertPeppers, type Pepper, type RandomBytes, systemRandom } from '../api-key.ts'
import { type Clock, systemClock } from '../effects.ts'
import { assertFunction, assertKnownKeys, invalidOption } from '../options.ts'
import type { ApiKeyChanges, ApiKeyRecord, KeyStore } from '../store/key-store.ts'
import { ApiKeyLifecycle } from './api-key-lifecycle.ts'
import type { ApiKeyFields } from './key-fields.ts'

export interface ApiKeysOptions {
  readonly store: KeyStore
  /** The prefix of new keys. Default `sk`. */
  readonly prefix?: string
  /** New keys are hashed under the first; see `apiKeyAuthenticator`. Default none. */
  readonly peppers?: readonly Pepper[]
  readonly now?: Clock
  readonly random?: RandomBytes
}

/** Why a change was not made: the caller's mistake, in a word and in words. */
export interface KeyProblem {
  readonly problem: 'not found' | 'invalid' | 'duplicate' | 'revoked' | 'replaced' | 'expired'
  readonly detail: string
}

export interface IssuedApiKey {
  /** The key itself. It exists here and nowhere else: show it once. */
  readonly key: string
  readonly record: ApiKeyRecord
}

/** A key that a new one has taken the place of. */
export interface RotatedApiKey extends IssuedApiKey {
  readonly replaced: ApiKeyRecord
}

export interface KeyPage {
  readonly records: readonly ApiKeyRecord[]
  /** Give it as `cursor` for the next page; absent on the last. */
  readonly next?: string
}

export interface KeyListing {
  readonly owner?: string | undefined
  readonly cursor?: string | undefined
  /** Default 100, at most 1,000. */
  readonly limit?: number | undefined
  readonly unusedForSeconds?: number | undefined
  readonly expiringWithinSeconds?: number | undefined
  /** Leave out keys that have ended, or were replaced. */
  readonly activeOnly?: boolean | undefined
}

/** The life of API keys. Every change is an event on `gatewarden:api-key`; `actor` says there who made it. */
export interface ApiKeys {
  create(fields: ApiKeyFields, actor?: string): Promise<IssuedApiKey | KeyProblem>
  /** Takes over a key of another system by the SHA-256 of it, lower-case hex. */
  import(hash: string, fields: ApiKeyFields, actor?: string): Promise<ApiKeyRecord | KeyProblem>
  get(id: string): Promise<ApiKeyRecord | undefined>
  list(listing?: KeyListing): Promise<KeyPage>
  update(id: string, changes: ApiKeyChanges, actor?: string): Promise<ApiKeyRecord | KeyProblem>
  /** Makes a key that takes a key's place; the old one works for `graceSeconds` more. */
  rotate(id: string, graceSeconds: number, actor?: string): Promise<RotatedApiKey | KeyProblem>
  /** Ends a key at once. Revoking it again changes nothing. */
  revoke(id: string, actor?: string): Promise<ApiKeyRecord | KeyProblem>
}

/** @throws TypeError when an option is wrong */
export function apiKeys(options: ApiKeysOptions): ApiKeys {
  assertKnownKeys('apiKeys', options, ['store', 'prefix', 'peppers', 'now', 'random'])
  const { store, prefix = 'sk', peppers = [], now = systemClock, random = systemRandom } = options
  if (typeof store?.insert !== 'function') throw invalidOption('apiKeys', '"store" must be a KeyStore')
  assertKeyWord('apiKeys', 'prefix', prefix)
  assertPeppers('apiKeys', peppers)
  assertFunction('apiKeys', 'now', now)
  assertFunction('apiKeys', 'random', random)
  return new ApiKeyLifecycle({ store, prefix, peppers, now, random })
}
