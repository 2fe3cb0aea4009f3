import { cachedKeyStore } from '../../lib/store/cached-key-store.ts'
import type { MakeKeyStore } from '../contract/key-store.ts'

/** The same stores behind a cache. The other instance has none: it sees what is stored. */
export function behindCache(make: MakeKeyStore): MakeKeyStore {
  return async () => {
    const behind = await make()
    return { ...behind, store: cachedKeyStore({ store: behind.store }) }
  }
}
