import { assertKnownKeys, assertString } from '../options.ts'
import { type SharedKeyRow, sharedKeyOfRow } from './parts/shared-key-row.ts'
import { openSqlite } from './parts/sqlite-file.ts'
import type { SecretStore } from './secret-store.ts'

export interface SqliteSecretStoreOptions {
  /** The database file; it is made when absent. It may be the one of the API keys. */
  readonly file: string
}

export interface SqliteSecretStore extends SecretStore {
  close(): void
}

/**
 * Shared keys in a SQLite file, by Node's own driver: durable, without a server. Several processes may share the file.
 * @throws Error when the file cannot be opened or holds a newer schema
 */
export function sqliteSecretStore(options: SqliteSecretStoreOptions): SqliteSecretStore {
  assertKnownKeys('sqliteSecretStore', options, ['file'])
  assertString('sqliteSecretStore', 'file', options.file)
  const database = openSqlite(options.file)
  const byId = database.prepare('SELECT record FROM shared_keys WHERE key_id = ?')
  const insertRow = database.prepare(
    'INSERT INTO shared_keys (key_id, owner, version, record) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const replaceRow = database.prepare(
    'UPDATE shared_keys SET owner = ?, version = ?, record = ? WHERE key_id = ? AND version = ?',
  )
  // Node 22 binds no numbered parameter.
  const page = database.prepare(
    'SELECT record FROM shared_keys WHERE key_id > ? AND (? IS NULL OR owner = ?) ORDER BY key_id LIMIT ?',
  )
  return {
    find: (keyId) => sharedKeyOfRow(byId.get(keyId)),
    insert(record) {
      const { keyId, owner, version } = record
      return insertRow.run(keyId, owner, version, JSON.stringify(record)).changes === 1
    },
    replace(record) {
      const { keyId, owner, version } = record
      return replaceRow.run(owner, version, JSON.stringify(record), keyId, version - 1).changes === 1
    },
    list({ owner, after = '', limit }) {
      const rows = page.all(after, owner ?? null, owner ?? null, limit) as unknown as SharedKeyRow[]
      return rows.flatMap((row) => sharedKeyOfRow(row) ?? [])
    },
    close: () => database.close(),
  }
}
