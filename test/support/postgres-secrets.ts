import type pg from 'pg'
import { migratePostgres } from '../../lib/store/postgres.ts'
import { postgresSecretStore } from '../../lib/store/postgres-secrets.ts'
import type { SecretStore } from '../../lib/store/secret-store.ts'
import { makeDatabase, poolOf } from './postgres-keys.ts'
import type { PostgresServer } from './postgres-server.ts'

export interface PostgresSecrets {
  readonly store: SecretStore
  readonly pool: pg.Pool
}

/** A store in a database of its own. Whoever makes it ends the pool. */
export async function makePostgresSecrets(server: PostgresServer): Promise<PostgresSecrets> {
  const pool = poolOf(await makeDatabase(server))
  await migratePostgres(pool)
  return { store: postgresSecretStore({ pool }), pool }
}
