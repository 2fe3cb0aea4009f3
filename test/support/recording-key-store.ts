import type { ApiKeyRecord, KeyStore } from '../../lib/store/key-store.ts'

export interface RecordingKeyStore extends KeyStore {
  /** The hashes it was asked for. */
  readonly asked: readonly string[]
}

/** Tells what a store is asked for; the answers are another's. */
export function recordingKeyStore(store: KeyStore): RecordingKeyStore {
  const asked: string[] = []
  return {
    asked,
    findByHash(hash) {
      asked.push(hash)
      return store.findByHash(hash)
    },
    findById: (id) => store.findById(id),
    insert: (record: ApiKeyRecord) => store.insert(record),
    revoke: (id, revokedAt) => store.revoke(id, revokedAt),
  }
}
