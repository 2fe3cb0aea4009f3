import type { SecretStore, SharedKeyRecord } from './secret-store.ts'

/** Shared keys of one process, for tests and small fixed sets: they go with the process. */
export function memorySecretStore(): SecretStore {
  const records = new Map<string, SharedKeyRecord>()
  return {
    find: (keyId) => records.get(keyId),
    insert(record) {
      if (records.has(record.keyId)) return false
      records.set(record.keyId, structuredClone(record))
      return true
    },
    replace(record) {
      if (records.get(record.keyId)?.version !== record.version - 1) return false
      records.set(record.keyId, structuredClone(record))
      return true
    },
    list({ owner, after = '', limit }) {
      const found = [...records.values()].filter((each) => each.keyId > after && (owner ?? each.owner) === each.owner)
      return found.sort((a, b) => (a.keyId < b.keyId ? -1 : 1)).slice(0, limit)
    },
  }
}
