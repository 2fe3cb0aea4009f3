import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { keyStoreContract, type MakeKeyStore } from '../../contract/key-store.ts'
import { behindCache } from '../../support/cached-keys.ts'
import { fillByInsert } from '../../support/redis-keys.ts'

const make: MakeKeyStore = async () => {
  const store = memoryKeyStore()
  return { store, other: store, fill: (records) => fillByInsert(store, records), close: async () => undefined }
}

keyStoreContract('memory', make, { manyKeys: 10_000 })
keyStoreContract('memory behind a cache', behindCache(make))
