import { LRUCache } from 'lru-cache'
import { type Awaitable, type Clock, systemClock } from '../effects.ts'
import { assertKnownKeys, assertPositiveNumber, invalidOption } from '../options.ts'
import type { ApiKeyRecord, KeyStore } from './key-store.ts'

export interface CachedKeyStoreOptions {
  readonly store: KeyStore
  /** Default 10,000, for keys and for misses each. */
  readonly maxEntries?: number
  /** How long a key is believed; the bound within which a revocation elsewhere is seen here. Default 30. */
  readonly ttlSeconds?: number
  /** How long it is believed that there is no such key. Default 2. */
  readonly missTtlSeconds?: number
  readonly now?: Clock
}

interface Entry {
  readonly record: ApiKeyRecord
  readonly until: number
}

/**
 * A cache in front of a store. A change made through it is seen at once; a change made elsewhere within `ttlSeconds`.
 * Many look-ups of one key at once are one. Expiry and grace are in the record, so they hold in the cache too. A failure
 * is not remembered.
 */
export function cachedKeyStore(options: CachedKeyStoreOptions): KeyStore {
  const { store, maxEntries, ttlSeconds, missTtlSeconds, now } = checked(options)
  const idsToNames = new Map<string, string>()
  const known = new LRUCache<string, Entry>({
    max: maxEntries,
    dispose: ({ record }) => idsToNames.delete(record.id),
  })
  // Junk must not push out real keys, so misses have a cache of their own.
  const misses = new LRUCache<string, number>({ max: maxEntries })
  const inFlight = new Map<string, Promise<ApiKeyRecord | undefined>>()
  let changes = 0

  function keep(name: string, record: ApiKeyRecord | undefined, changesBefore: number): ApiKeyRecord | undefined {
    // What was read while something changed may be what it was before.
    if (changes !== changesBefore) return record
    if (record) {
      known.set(name, { record, until: now() + ttlSeconds })
      idsToNames.set(record.id, name)
    } else misses.set(name, now() + missTtlSeconds)
    return record
  }

  function load(name: string, hashes: readonly string[]): Awaitable<ApiKeyRecord | undefined> {
    const changesBefore = changes
    const answer = store.findByHash(hashes)
    if (!(answer instanceof Promise)) return keep(name, answer, changesBefore)
    const pending = answer
      .then((record) => keep(name, record, changesBefore))
      .finally(() => {
        if (inFlight.get(name) === pending) inFlight.delete(name)
      })
    inFlight.set(name, pending)
    return pending
  }

  /** Forgets a key before and after a change: nothing read meanwhile stays. */
  function changing<T>(id: string, change: () => Awaitable<T>): Awaitable<T> {
    forget(id)
    const done = change()
    if (!(done instanceof Promise)) {
      forget(id)
      return done
    }
    return done.finally(() => forget(id))
  }

  function forget(id: string): void {
    changes++
    inFlight.clear()
    misses.clear()
    const name = idsToNames.get(id)
    if (name !== undefined) known.delete(name)
  }

  return {
    findByHash(hashes) {
      const name = hashes[0] ?? ''
      const entry = known.get(name)
      if (entry && now() < entry.until) return entry.record
      const missUntil = misses.get(name)
      if (missUntil !== undefined && now() < missUntil) return undefined
      return inFlight.get(name) ?? load(name, hashes)
    },
    findById: (id) => store.findById(id),
    list: (query) => store.list(query),
    touch: (uses, intervalSeconds) => store.touch(uses, intervalSeconds),
    insert: (record) => changing(record.id, () => store.insert(record)),
    update: (id, fields) => changing(id, () => store.update(id, fields)),
    replace: (id, successor, graceUntil) => changing(id, () => store.replace(id, successor, graceUntil)),
    revoke: (id, revokedAt) => changing(id, () => store.revoke(id, revokedAt)),
  }
}

function checked(options: CachedKeyStoreOptions): Required<CachedKeyStoreOptions> {
  const factory = 'cachedKeyStore'
  assertKnownKeys(factory, options, ['store', 'maxEntries', 'ttlSeconds', 'missTtlSeconds', 'now'])
  const { store, maxEntries = 10_000, ttlSeconds = 30, missTtlSeconds = 2, now = systemClock } = options
  if (typeof store?.findByHash !== 'function') throw invalidOption(factory, '"store" must be a KeyStore')
  assertPositiveNumber(factory, 'maxEntries', maxEntries, 1)
  assertPositiveNumber(factory, 'ttlSeconds', ttlSeconds)
  assertPositiveNumber(factory, 'missTtlSeconds', missTtlSeconds)
  return { store, maxEntries: Math.floor(maxEntries), ttlSeconds, missTtlSeconds, now }
}
