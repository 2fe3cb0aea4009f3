import type { KeyStore } from './key-store.ts'
import { openStore } from './open/open-store.ts'
import type { OpenedStore, OpenStoreOptions, StoreKind } from './open/store-kind.ts'
import { postgresKeyStore } from './postgres.ts'
import { redisKeyStore } from './redis.ts'

export { storeUrlProblem } from './open/open-store.ts'
export { OpenStoreError } from './open/open-store-error.ts'
export { storeName } from './open/store-name.ts'
export { storeProblem } from './open/store-problem.ts'

export type OpenKeyStoreOptions = OpenStoreOptions
export type OpenedKeyStore = OpenedStore<KeyStore>

const KEYS: StoreKind<KeyStore> = {
  contents: 'keys',
  maker: '"keys create"',
  sqlite: async (file) => (await import('./sqlite.ts')).sqliteKeyStore({ file }),
  postgres: (pool) => postgresKeyStore({ pool }),
  redis: (command) => redisKeyStore({ command }),
}

/**
 * Opens the store that a URL names: `sqlite:FILE`, `postgres://…` or `redis://…`. The packages `pg` and `ioredis` are
 * loaded when they are needed. For programs that end soon, such as the command line: few connections, short time-outs.
 * @throws OpenStoreError that says what to do, without the URL's password
 */
export function openKeyStore(url: string, options: OpenKeyStoreOptions = {}): Promise<OpenedKeyStore> {
  return openStore(KEYS, url, options)
}
