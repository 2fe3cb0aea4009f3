import type { Awaitable } from '../../lib/effects.ts'
import type { ApiKeyRecord, KeyStore } from '../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../lib/store/memory.ts'

type Answer = Awaitable<ApiKeyRecord | undefined>

/** A store in memory whose look-ups are counted, and answered as the test wants. */
export interface WatchedKeyStore {
  readonly store: KeyStore
  lookUps: number
  /** Answers a look-up; may read the store first, and wait. */
  answer: (read: () => Answer) => Answer
}

export function watchedKeyStore(records: readonly ApiKeyRecord[] = []): WatchedKeyStore {
  const memory = memoryKeyStore(records)
  const watched: WatchedKeyStore = {
    lookUps: 0,
    answer: (read) => Promise.resolve(read()),
    store: {
      ...memory,
      findByHash(hashes) {
        watched.lookUps++
        return watched.answer(() => memory.findByHash(hashes))
      },
    },
  }
  return watched
}
