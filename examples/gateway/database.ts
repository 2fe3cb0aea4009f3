import { cachedKeyStore } from 'gatewarden'
import { storeProblem } from 'gatewarden/store/open-key-store'
import { migratePostgres, postgresKeyStore } from 'gatewarden/store/postgres'
import { postgresRevocationStore } from 'gatewarden/store/postgres-revocations'
import { postgresSecretStore } from 'gatewarden/store/postgres-secrets'
import type { Records } from './records.ts'

/** For so long a key that another instance has revoked may still work here. */
const KEY_CACHE_SECONDS = 2

/**
 * The records of a fleet in PostgreSQL; tables are made as they are needed.
 * @throws Error whose one-line message says what is wrong, and shows no password
 */
export async function openDatabase(url: string): Promise<Records> {
  const { default: pg } = await import('pg').catch((cause) => {
    throw new Error('DATABASE_URL needs the package pg: npm install pg', { cause })
  })
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'gateway',
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  })
  // A connection that breaks while nobody uses it is made anew.
  pool.on('error', () => undefined)
  try {
    await migratePostgres(pool)
  } catch (cause) {
    pool.end().catch(() => undefined)
    throw new Error(`DATABASE_URL can't be used: ${storeProblem(cause, url)}`, { cause })
  }
  return {
    keys: cachedKeyStore({ store: postgresKeyStore({ pool }), ttlSeconds: KEY_CACHE_SECONDS }),
    secrets: postgresSecretStore({ pool }),
    revocations: postgresRevocationStore({ pool }),
    close: () => pool.end(),
  }
}
