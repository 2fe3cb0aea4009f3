import { storedRecord } from '../checked-key-record.ts'
import { type Clock, systemClock } from '../effects.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber } from '../options.ts'
import { type ApiKeyRecord, DuplicateKeyError, isAskedFor, type KeyStore, withChanges } from './key-store.ts'
import { LocalTokens } from './parts/local-tokens.ts'
import { MemoryRateLimits } from './parts/memory-rate-limits.ts'
import { MemoryReplays } from './parts/memory-replays.ts'
import type { RateLimitStore } from './rate-limit-store.ts'
import type { ReleasableReplayStore } from './replay-store.ts'
import type { TokenCache } from './token-cache.ts'

/** API keys of one process, for tests and small fixed sets: they go with the process. */
export function memoryKeyStore(records: readonly ApiKeyRecord[] = []): KeyStore {
  const byHash = new Map<string, Cell>()
  const byId = new Map<string, Cell>()

  function insert(record: ApiKeyRecord): void {
    if (byId.has(record.id) || byHash.has(record.hash)) throw new DuplicateKeyError('the key is there already')
    const cell = { record: storedRecord(structuredClone(record)) }
    byHash.set(record.hash, cell)
    byId.set(record.id, cell)
  }

  function change(id: string, changed: (record: ApiKeyRecord) => ApiKeyRecord): ApiKeyRecord | undefined {
    const cell = byId.get(id)
    if (cell) cell.record = storedRecord(structuredClone(changed(cell.record)))
    return cell?.record
  }

  for (const record of records) insert(record)
  return {
    findByHash(hashes) {
      for (const hash of hashes) {
        const cell = byHash.get(hash)
        if (cell) return cell.record
      }
      return undefined
    },
    findById: (id) => byId.get(id)?.record,
    insert,
    update: (id, changes) => change(id, (record) => withChanges(record, changes)),
    replace(id, successor, graceUntil) {
      const record = byId.get(id)?.record
      if (!record || record.revokedAt !== undefined || record.replacedBy !== undefined) return undefined
      insert(successor)
      return change(id, () => ({ ...record, replacedBy: successor.id, graceUntil }))
    },
    revoke: (id, revokedAt) => change(id, (record) => ({ ...record, revokedAt: record.revokedAt ?? revokedAt })),
    list(query) {
      const all = [...byId.values()].map(({ record }) => record)
      const found = all.filter((record) => isAskedFor(record, query))
      return found.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, query.limit)
    },
    touch(uses, intervalSeconds) {
      for (const { id, usedAt } of uses) {
        const lastUsedAt = byId.get(id)?.record.lastUsedAt ?? Number.NEGATIVE_INFINITY
        if (usedAt - lastUsedAt >= intervalSeconds) change(id, (record) => ({ ...record, lastUsedAt: usedAt }))
      }
    },
  }
}

/** Where a record is, by its hash and by its id alike. */
interface Cell {
  record: ApiKeyRecord
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
  return new LocalTokens(maxEntries, now)
}

export interface MemoryReplayStoreOptions {
  /** When so many ids are claimed and none has expired, it refuses. Default 1,000,000, some 100 bytes each. */
  readonly maxEntries?: number
  readonly now?: Clock
}

const DEFAULT_MAX_REPLAYS = 1_000_000

/**
 * What may be used once in one process. When it is full it throws a `DependencyError`, which ends as 503: an id that is
 * forgotten early is a replay that is accepted. Ids are kept as hashes, so that long ones take no more room than others.
 * @throws TypeError when an option is wrong
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReleasableReplayStore {
  assertKnownKeys('memoryReplayStore', options, ['maxEntries', 'now'])
  const { maxEntries = DEFAULT_MAX_REPLAYS, now = systemClock } = options
  assertPositiveNumber('memoryReplayStore', 'maxEntries', maxEntries, 1)
  assertFunction('memoryReplayStore', 'now', now)
  return new MemoryReplays(Math.floor(maxEntries), now)
}

export interface MemoryRateLimitStoreOptions {
  /** When it is full, of a few the one that would be forgotten soonest goes. Default 100,000, some 200 bytes each. */
  readonly maxEntries?: number
  readonly now?: Clock
}

const DEFAULT_MAX_RATE_LIMITS = 100_000

/**
 * What callers have used of their limits, in one process and bounded memory.
 * @throws TypeError when an option is wrong
 */
export function memoryRateLimitStore(options: MemoryRateLimitStoreOptions = {}): RateLimitStore {
  assertKnownKeys('memoryRateLimitStore', options, ['maxEntries', 'now'])
  const { maxEntries = DEFAULT_MAX_RATE_LIMITS, now = systemClock } = options
  assertPositiveNumber('memoryRateLimitStore', 'maxEntries', maxEntries, 1)
  assertFunction('memoryRateLimitStore', 'now', now)
  return new MemoryRateLimits(Math.floor(maxEntries), now)
}
