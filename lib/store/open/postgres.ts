import { withDeadline } from '../../deadline.ts'
import type { PostgresPool } from '../parts/postgres-pool.ts'
import { migratePostgres } from '../postgres.ts'
import { OpenStoreError } from './open-store-error.ts'
import { optionalPackage } from './optional-package.ts'
import type { OpenedStore, StoreKind } from './store-kind.ts'
import { storeName } from './store-name.ts'

const STATEMENT_TIMEOUT_MS = 10_000

export async function openPostgresStore<T>(
  kind: StoreKind<T>,
  url: string,
  create: boolean,
  timeoutMs: number,
): Promise<OpenedStore<T>> {
  const { default: pg } = await optionalPackage('pg', 'PostgreSQL', () => import('pg'))
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'gatewarden',
    max: 2,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
  })
  // A connection that breaks while nobody uses it is no reason to end the process; the next query tells.
  pool.on('error', () => undefined)
  try {
    const isNew = !(await withDeadline('PostgreSQL', timeoutMs, hasTables(pool)))
    if (isNew && !create) {
      const remedy = `is it the right database? ${kind.maker} makes the tables`
      throw new OpenStoreError(`${storeName(url)} holds no tables of ${kind.contents}; ${remedy}`)
    }
    await migratePostgres(pool)
    return { store: kind.postgres(pool), isNew, close: () => pool.end() }
  } catch (error) {
    // Not waited for: a server that doesn't answer doesn't say good-bye either.
    pool.end().catch(() => undefined)
    throw error
  }
}

async function hasTables(pool: PostgresPool): Promise<boolean> {
  const { rows } = await pool.query({ text: "SELECT to_regclass('gatewarden_api_keys') IS NOT NULL AS found" })
  return (rows[0] as { found: boolean }).found
}
