import { frozenRevocation } from '../checked-revocation.ts'
import { DependencyError } from '../errors.ts'
import { assertKnownKeys, assertPositiveNumber } from '../options.ts'
import { type Cursor, cursorText, newEntryId, parseCursor } from './parts/revocation-cursor.ts'
import type { Revocation } from './revocation-list.ts'
import type { RevocationStore } from './revocation-store.ts'

export interface MemoryRevocationStoreOptions {
  /** When it is full of what has not expired, it refuses more. Default 1,000,000. */
  readonly maxEntries?: number
}

interface Entry extends Cursor {
  readonly revocation: Revocation
}

/** Revocations of one process, for tests and for a gateway of one instance: they go with the process. */
export function memoryRevocationStore(options: MemoryRevocationStoreOptions = {}): RevocationStore {
  assertKnownKeys('memoryRevocationStore', options, ['maxEntries'])
  const { maxEntries = 1_000_000 } = options
  assertPositiveNumber('memoryRevocationStore', 'maxEntries', maxEntries, 1)
  let entries: Entry[] = []
  let lastPosition = 0
  const listeners = new Set<() => void>()

  /** The index of the entry after a cursor. Positions ascend, so it is found by halving. */
  function indexAfter(cursor: Cursor | undefined): number {
    if (!cursor) return 0
    let [low, high] = [0, entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((entries[middle]?.position ?? 0) < cursor.position) low = middle + 1
      else high = middle
    }
    return entries[low]?.id === cursor.id ? low + 1 : 0
  }

  return {
    append(revocation) {
      if (entries.length >= maxEntries) throw new DependencyError('revocation store', `is full: ${maxEntries} entries`)
      lastPosition++
      entries.push({ position: lastPosition, id: newEntryId(), revocation: frozenRevocation(revocation) })
      for (const listener of listeners) listener()
    },
    read(cursor, limit) {
      const from = indexAfter(parseCursor(cursor))
      const page = entries.slice(from, from + limit)
      const last = page.at(-1)
      return {
        revocations: page.map(({ revocation }) => revocation),
        cursor: last ? cursorText(last) : cursor,
        isLast: from + page.length >= entries.length,
      }
    },
    purge(expiredBy) {
      const newest = entries.at(-1)
      entries = entries.filter((entry) => entry === newest || entry.revocation.expiresAt > expiredBy)
    },
    subscribe(onAppended) {
      const listener = () => onAppended()
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
