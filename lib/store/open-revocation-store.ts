import { openStore } from './open/open-store.ts'
import type { OpenedStore, OpenStoreOptions, StoreKind } from './open/store-kind.ts'
import { postgresRevocationStore } from './postgres-revocations.ts'
import { redisRevocationStore } from './redis-revocations.ts'
import type { RevocationStore } from './revocation-store.ts'

export type OpenedRevocationStore = OpenedStore<RevocationStore>

const REVOCATIONS: StoreKind<RevocationStore> = {
  contents: 'revocations',
  maker: 'a gateway that uses it',
  sqlite: async (file) => (await import('./sqlite-revocations.ts')).sqliteRevocationStore({ file }),
  postgres: (pool) => postgresRevocationStore({ pool }),
  redis: (command) => redisRevocationStore({ command }),
}

/**
 * Opens the store of revocations that a URL names: `sqlite:FILE`, `postgres://…` or `redis://…`. The packages `pg` and
 * `ioredis` are loaded when they are needed. For programs that end soon, such as the command line.
 * @throws OpenStoreError that says what to do, without the URL's password
 */
export function openRevocationStore(url: string, options: OpenStoreOptions = {}): Promise<OpenedRevocationStore> {
  return openStore(REVOCATIONS, url, options)
}
