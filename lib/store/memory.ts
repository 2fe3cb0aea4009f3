import { LRUCache } from 'lru-cache'
import { storedRecord } from '../checked-key-record.ts'
import { type Clock, systemClock } from '../effects.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber } from '../options.ts'
import { type ApiKeyRecord, DuplicateKeyError, isAskedFor, type KeyStore, withChanges } from './key-store.ts'
import type { CachedToken, TokenCache } from './token-cache.ts'

/** API keys of one process, for tests and small fixed sets: they go with the process. */
export function memoryKeyStore(records: readonly ApiKeyRecord[] = []): KeyStore {
  const idsByHash = new Map<string, string>()
  const byId = new Map<string, ApiKeyRecord>()

  function insert(record: ApiKeyRecord): void {
    if (byId.has(record.id) || idsByHash.has(record.hash)) throw new DuplicateKeyError('the key is there already')
    idsByHash.set(record.hash, record.id)
    put(record)
  }

  function put(record: ApiKeyRecord): ApiKeyRecord {
    const kept = storedRecord(structuredClone(record))
    byId.set(kept.id, kept)
    return kept
  }

  for (const record of records) insert(record)
  return {
    findByHash(hashes) {
      const id = hashes.map((hash) => idsByHash.get(hash)).find((found) => found !== undefined)
      return id === undefined ? undefined : byId.get(id)
    },
    findById: (id) => byId.get(id),
    insert,
    update(id, changes) {
      const record = byId.get(id)
      return record && put(withChanges(record, changes))
    },
    replace(id, successor, graceUntil) {
      const record = byId.get(id)
      if (!record || record.revokedAt !== undefined || record.replacedBy !== undefined) return undefined
      insert(successor)
      return put({ ...record, replacedBy: successor.id, graceUntil })
    },
    revoke(id, revokedAt) {
      const record = byId.get(id)
      return record && put({ ...record, revokedAt: record.revokedAt ?? revokedAt })
    },
    list(query) {
      const found = [...byId.values()].filter((record) => isAskedFor(record, query))
      return found.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, query.limit)
    },
    touch(uses, intervalSeconds) {
      for (const { id, usedAt } of uses) {
        const record = byId.get(id)
        if (record && !(usedAt - (record.lastUsedAt ?? Number.NEGATIVE_INFINITY) < intervalSeconds)) {
          put({ ...record, lastUsedAt: usedAt })
        }
      }
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
  assertFunction('memoryTokenCache', 'now', now)
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
