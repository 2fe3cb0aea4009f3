import { LRUCache } from 'lru-cache'
import { answeredRecord } from '../checked-key-record.ts'
import { withDeadline } from '../deadline.ts'
import { type Awaitable, type Clock, isLater, systemClock } from '../effects.ts'
import { assertDelayMs, assertFunction, assertKnownKeys, assertPositiveNumber, invalidOption } from '../options.ts'
import type { ApiKeyRecord, KeyStore } from './key-store.ts'

export interface CachedKeyStoreOptions {
  readonly store: KeyStore
  /** Default 10,000, for keys and for misses each. */
  readonly maxEntries?: number
  /** How long a key is believed; the bound within which a revocation elsewhere is seen here. Default 30. */
  readonly ttlSeconds?: number
  /** How long it is believed that there is no such key. Default 2. */
  readonly missTtlSeconds?: number
  /** How long a look-up may take before it fails and the store is asked anew. Default 2,000. */
  readonly deadlineMs?: number
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
  const { store, maxEntries, ttlSeconds, missTtlSeconds, deadlineMs, now } = checked(options)
  const hashesById = new Map<string, string>()
  // By the hash that a key has, not by the question that found it: a change then finds the one entry there is.
  const known = new LRUCache<string, Entry>({
    max: maxEntries,
    dispose: ({ record }) => hashesById.delete(record.id),
  })
  // Junk must not push out real keys, so misses have a cache of their own. These are by the whole question.
  const misses = new LRUCache<string, number>({ max: maxEntries })
  const inFlight = new Map<string, Promise<ApiKeyRecord | undefined>>()
  let changes = 0

  function believed(hashes: readonly string[]): ApiKeyRecord | undefined {
    for (const hash of hashes) {
      const entry = known.get(hash)
      if (entry && isFresh(entry.until, ttlSeconds, now())) return entry.record
    }
    return undefined
  }

  /** @param askedAt from then on it is believed: a slow answer is an old one */
  function keep(question: string, record: ApiKeyRecord | undefined, askedAt: number): void {
    if (record) {
      known.set(record.hash, { record, until: askedAt + ttlSeconds })
      hashesById.set(record.id, record.hash)
    } else misses.set(question, askedAt + missTtlSeconds)
  }

  function load(question: string, hashes: readonly string[]): Awaitable<ApiKeyRecord | undefined> {
    const changesBefore = changes
    const askedAt = now()
    const conclude = (answer: unknown): ApiKeyRecord | undefined => {
      const record = answeredRecord(answer, hashes)
      // What was read while something changed may be what it was before.
      if (changes === changesBefore) keep(question, record, askedAt)
      return record
    }
    const answer = store.findByHash(hashes)
    if (!isLater(answer)) return conclude(answer)
    // Without a deadline, an answer that never comes would keep all that ask after it waiting for ever.
    const pending = Promise.resolve(withDeadline('key store', deadlineMs, answer.then(conclude))).finally(() => {
      if (inFlight.get(question) === pending) inFlight.delete(question)
    })
    inFlight.set(question, pending)
    return pending
  }

  /** Forgets a key before and after a change: nothing read meanwhile stays. */
  function changing<T>(id: string, change: () => Awaitable<T>): Awaitable<T> {
    forget(id)
    const done = change()
    if (!isLater(done)) {
      forget(id)
      return done
    }
    return done.finally(() => forget(id))
  }

  function forget(id: string): void {
    changes++
    inFlight.clear()
    misses.clear()
    const hash = hashesById.get(id)
    if (hash !== undefined) known.delete(hash)
  }

  return {
    findByHash(hashes) {
      const record = believed(hashes)
      if (record) return record
      const question = hashes.length === 1 ? (hashes[0] as string) : hashes.join()
      const missUntil = misses.get(question)
      if (missUntil !== undefined && isFresh(missUntil, missTtlSeconds, now())) return undefined
      return inFlight.get(question) ?? load(question, hashes)
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

/** Not only before its end, but within its time: a clock that was set back makes nothing last longer. */
function isFresh(until: number, lifetimeSeconds: number, now: number): boolean {
  const remaining = until - now
  return remaining > 0 && remaining <= lifetimeSeconds
}

function checked(options: CachedKeyStoreOptions): Required<CachedKeyStoreOptions> {
  const factory = 'cachedKeyStore'
  assertKnownKeys(factory, options, ['store', 'maxEntries', 'ttlSeconds', 'missTtlSeconds', 'deadlineMs', 'now'])
  const { store, maxEntries = 10_000, ttlSeconds = 30, missTtlSeconds = 2 } = options
  const { deadlineMs = 2_000, now = systemClock } = options
  if (typeof store?.findByHash !== 'function') throw invalidOption(factory, '"store" must be a KeyStore')
  assertPositiveNumber(factory, 'maxEntries', maxEntries, 1)
  assertPositiveNumber(factory, 'ttlSeconds', ttlSeconds)
  assertPositiveNumber(factory, 'missTtlSeconds', missTtlSeconds)
  assertDelayMs(factory, 'deadlineMs', deadlineMs)
  assertFunction(factory, 'now', now)
  return { store, maxEntries: Math.floor(maxEntries), ttlSeconds, missTtlSeconds, deadlineMs, now }
}
