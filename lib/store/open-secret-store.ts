import { openStore } from './open/open-store.ts'
import type { OpenedStore, OpenStoreOptions, StoreKind } from './open/store-kind.ts'
import { postgresSecretStore } from './postgres-secrets.ts'
import type { SecretStore } from './secret-store.ts'

export type OpenedSecretStore = OpenedStore<SecretStore>

const SECRETS: StoreKind<SecretStore> = {
  contents: 'secrets',
  maker: '"secrets create"',
  sqlite: async (file) => (await import('./sqlite-secrets.ts')).sqliteSecretStore({ file }),
  postgres: (pool) => postgresSecretStore({ pool }),
}

/**
 * Opens the store of shared secrets that a URL names: `sqlite:FILE` or `postgres://…`. The package `pg` is loaded when it
 * is needed. For programs that end soon, such as the command line.
 * @throws OpenStoreError that says what to do, without the URL's password
 */
export function openSecretStore(url: string, options: OpenStoreOptions = {}): Promise<OpenedSecretStore> {
  return openStore(SECRETS, url, options)
}
