import { assertKnownKeys, invalidOption } from '../options.ts'
import { type ApiKeyRecord, DuplicateKeyError, type KeyQuery, type KeyStore } from './key-store.ts'
import {
  API_KEY_COLUMN_NAMES,
  columnsOfChanges,
  type Row,
  recordOfRow,
  type SqlValue,
  valuesOfRecord,
} from './parts/api-key-row.ts'
import type { PostgresPool } from './parts/postgres-pool.ts'
import { POSTGRES_SCHEMA } from './parts/postgres-schema.ts'

export type { PostgresPool } from './parts/postgres-pool.ts'

export interface PostgresKeyStoreOptions {
  /** A `Pool` of the `pg` package. It stays the caller's: to set time-outs, to hear its errors, to end it. */
  readonly pool: PostgresPool
}

const COLUMNS = API_KEY_COLUMN_NAMES.join(', ')
const PLACEHOLDERS = API_KEY_COLUMN_NAMES.map((_, index) => `$${index + 1}`).join(', ')
const UNIQUE_VIOLATION = '23505'

const STATEMENTS = {
  findByHash: 'SELECT * FROM gatewarden_api_keys WHERE hash = ANY($1::text[]) LIMIT 1',
  findById: 'SELECT * FROM gatewarden_api_keys WHERE id = $1',
  insert: `INSERT INTO gatewarden_api_keys (${COLUMNS}) VALUES (${PLACEHOLDERS})`,
  replace: `WITH old AS (
      UPDATE gatewarden_api_keys SET replaced_by = $1, grace_until = $${API_KEY_COLUMN_NAMES.length + 1}
      WHERE id = $${API_KEY_COLUMN_NAMES.length + 2} AND revoked_at IS NULL AND replaced_by IS NULL RETURNING *
    ), successor AS (
      INSERT INTO gatewarden_api_keys (${COLUMNS}) SELECT ${PLACEHOLDERS} FROM old
    ) SELECT * FROM old`,
  revoke: 'UPDATE gatewarden_api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1 RETURNING *',
  // Rows are locked in one order: instances that touch the same keys would end in a deadlock otherwise.
  touch: `WITH due AS (
      SELECT key.id, use.used_at FROM gatewarden_api_keys AS key
      JOIN unnest($1::text[], $2::double precision[]) AS use (id, used_at) ON use.id = key.id
      WHERE key.last_used_at IS NULL OR use.used_at - key.last_used_at >= $3
      ORDER BY key.id FOR NO KEY UPDATE OF key
    ) UPDATE gatewarden_api_keys AS key SET last_used_at = due.used_at FROM due
    WHERE key.id = due.id AND (key.last_used_at IS NULL OR due.used_at - key.last_used_at >= $3)`,
} as const

/**
 * API keys in PostgreSQL, the system of record of a fleet. A look-up is one round trip of a prepared statement. Bring the
 * schema up to date with {@link migratePostgres} before.
 */
export function postgresKeyStore(options: PostgresKeyStoreOptions): KeyStore {
  assertKnownKeys('postgresKeyStore', options, ['pool'])
  const { pool } = options
  if (typeof pool?.query !== 'function')
    throw invalidOption('postgresKeyStore', '"pool" must be a Pool of the pg package')

  async function run(
    name: keyof typeof STATEMENTS,
    values: (SqlValue | readonly SqlValue[])[],
  ): Promise<ApiKeyRecord[]> {
    const { rows } = await pool.query({ name: `gatewarden_${name}`, text: STATEMENTS[name], values })
    return rows.map((row) => recordOfRow(row as Row))
  }

  return {
    findByHash: async (hashes) => (await run('findByHash', [hashes]))[0],
    findById: async (id) => (isText(id) ? (await run('findById', [id]))[0] : undefined),
    insert: async (record) => {
      await run('insert', valuesOfRecord(record)).catch(orDuplicate)
    },
    async update(id, changes) {
      if (!isText(id)) return undefined
      const { columns, values } = columnsOfChanges(changes)
      if (columns.length === 0) return (await run('findById', [id]))[0]
      const assignments = columns.map((column, index) => `${column} = $${index + 2}`).join(', ')
      const text = `UPDATE gatewarden_api_keys SET ${assignments} WHERE id = $1 RETURNING *`
      const { rows } = await pool.query({ text, values: [id, ...values] })
      return rows[0] === undefined ? undefined : recordOfRow(rows[0] as Row)
    },
    async replace(id, successor, graceUntil) {
      if (!isText(id)) return undefined
      return (await run('replace', [...valuesOfRecord(successor), graceUntil, id]).catch(orDuplicate))[0]
    },
    revoke: async (id, revokedAt) => (isText(id) ? (await run('revoke', [id, revokedAt]))[0] : undefined),
    list: (query) => selectPage(pool, query),
    async touch(uses, intervalSeconds) {
      await run('touch', [uses.map(({ id }) => id), uses.map(({ usedAt }) => usedAt), intervalSeconds])
    },
  }
}

/**
 * Makes the tables, or brings them up to date, in one transaction. Several instances may do it at once.
 * @throws Error when the schema is newer than this gatewarden
 */
export async function migratePostgres(pool: PostgresPool): Promise<void> {
  await pool.query({ text: POSTGRES_SCHEMA })
}

async function selectPage(pool: PostgresPool, query: KeyQuery): Promise<readonly ApiKeyRecord[]> {
  const { owner, unusedSince, expiringBefore, activeAt, after = '', limit } = query
  if (!isText(after) || (owner !== undefined && !isText(owner))) return []
  const values: SqlValue[] = [after, limit]
  const conditions = ['id > $1']
  const where = (condition: (placeholder: string) => string, value: SqlValue | undefined) => {
    if (value === undefined) return
    values.push(value)
    conditions.push(condition(`$${values.length}`))
  }
  where((placeholder) => `owner = ${placeholder}`, owner)
  where((placeholder) => `coalesce(last_used_at, created_at) < ${placeholder}`, unusedSince)
  where((placeholder) => `expires_at < ${placeholder}`, expiringBefore)
  where((at) => `revoked_at IS NULL AND replaced_by IS NULL AND (expires_at IS NULL OR expires_at > ${at})`, activeAt)
  const text = `SELECT * FROM gatewarden_api_keys WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT $2`
  const { rows } = await pool.query({ text, values })
  return rows.map((row) => recordOfRow(row as Row))
}

/** PostgreSQL fails on a text with a NUL; no key can have one, so what holds it names no key. */
function isText(value: string): boolean {
  return !value.includes('\0')
}

function orDuplicate(error: unknown): never {
  if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error
  throw new DuplicateKeyError('the key is there already', { cause: error })
}
