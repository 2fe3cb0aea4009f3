import { assertKnownKeys, invalidOption } from '../options.ts'
import type { PostgresPool } from './parts/postgres-pool.ts'
import { sharedKeyOfRow } from './parts/shared-key-row.ts'
import type { SecretStore } from './secret-store.ts'

export interface PostgresSecretStoreOptions {
  /** A `Pool` of the `pg` package. It stays the caller's: to set time-outs, to hear its errors, to end it. */
  readonly pool: PostgresPool
}

const STATEMENTS = {
  findSharedKey: 'SELECT record FROM gatewarden_shared_keys WHERE key_id = $1',
  insertSharedKey: `INSERT INTO gatewarden_shared_keys (key_id, owner, version, record) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING 1`,
  replaceSharedKey: `UPDATE gatewarden_shared_keys SET owner = $2, version = $3::integer, record = $4
    WHERE key_id = $1 AND version = $3::integer - 1 RETURNING 1`,
  listSharedKeys: `SELECT record FROM gatewarden_shared_keys WHERE key_id > $1 AND ($2::text IS NULL OR owner = $2)
    ORDER BY key_id LIMIT $3`,
} as const

/**
 * Shared keys in PostgreSQL, for a fleet. Bring the schema up to date with `migratePostgres` before.
 */
export function postgresSecretStore(options: PostgresSecretStoreOptions): SecretStore {
  assertKnownKeys('postgresSecretStore', options, ['pool'])
  const { pool } = options
  if (typeof pool?.query !== 'function') {
    throw invalidOption('postgresSecretStore', '"pool" must be a Pool of the pg package')
  }
  const run = async (name: keyof typeof STATEMENTS, values: (string | number | null)[]) =>
    (await pool.query({ name: `gatewarden_${name}`, text: STATEMENTS[name], values })).rows

  return {
    async find(keyId) {
      return isText(keyId) ? sharedKeyOfRow((await run('findSharedKey', [keyId]))[0]) : undefined
    },
    async insert(record) {
      const { keyId, owner, version } = record
      return (await run('insertSharedKey', [keyId, owner, version, JSON.stringify(record)])).length === 1
    },
    async replace(record) {
      const { keyId, owner, version } = record
      return (await run('replaceSharedKey', [keyId, owner, version, JSON.stringify(record)])).length === 1
    },
    async list({ owner, after = '', limit }) {
      if (!isText(after) || (owner !== undefined && !isText(owner))) return []
      const rows = await run('listSharedKeys', [after, owner ?? null, limit])
      return rows.flatMap((row) => sharedKeyOfRow(row) ?? [])
    },
  }
}

/** PostgreSQL fails on a text with a NUL; no key id can have one, so what holds it names no key. */
function isText(value: string): boolean {
  return !value.includes('\0')
}
