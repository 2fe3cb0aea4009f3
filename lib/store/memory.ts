import { LRUCache } from 'lru-cache'
import { type Clock, systemClock } from '../effects.ts'
import { assertKnownKeys, assertPositiveNumber } from '../options.ts'
import type { ApiKeyRecord, KeyStore } from './key-store.ts'
import type { CachedToken, TokenCache } from './token-cache.ts'

/** API keys of one process, for tests and small fixed sets: they go with the process. */
export function memoryKeyStore(records: readonly ApiKeyRecord[] = []): KeyStore {
  const byHash = new Map<string, ApiKeyRecord>()
  const byId = new Map<string, ApiKeyRecord>()

  function insert(record: ApiKeyRecord): void {
    if (byId.has(record.id) || byHash.has(record.hash)) throw new Error('memoryKeyStore: the key is there already')
    put({ ...record, scopes: Object.freeze([...record.scopes]), roles: Object.freeze([...record.roles]) })
  }

  function put(record: ApiKeyRecord): void {
    Object.freeze(record)
    byId.set(record.id, record)
    byHash.set(record.hash, record)
  }

  for (const record of records) insert(record)
  return {
    findByHash: (hash) => byHash.get(hash),
    findById: (id) => byId.get(id),
    insert,
    revoke(id, revokedAt) {
      const record = byId.get(id)
      if (!record) return false
      if (record.revokedAt === undefined) put({ ...record, revokedAt })
      return true
    },
  }
}

export interface MemoryTokenCacheOptions {
  /** When it is full, what was used least recently goes. Default 10,000. */
  readonly maxEntries?: number
  readonly now?: Clock
}

const DEFAULT_MAX_ENTRIES = 10_000

/** Verified tokens of one process, in bounded memory. Expiry is absolute: reading an entry never prolongs it. */
export function memoryTokenCache(options: MemoryTokenCacheOptions = {}): TokenCache {
  assertKnownKeys('memoryTokenCache', options, ['maxEntries', 'now'])
  const { maxEntries = DEFAULT_MAX_ENTRIES, now = systemClock } = options
  assertPositiveNumber('memoryTokenCache', 'maxEntries', maxEntries, 1)
  const entries = new LRUCache<string, CachedToken>({ max: Math.floor(maxEntries) })
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      if (now() < entry.expiresAt) return entry
      entries.delete(key)
      return undefined
    },
    set(key, token) {
      // Written so that NaN is refused too.
      if (now() < token.expiresAt) entries.set(key, token)
    },
    delete(key) {
      entries.delete(key)
    },
  }
}
