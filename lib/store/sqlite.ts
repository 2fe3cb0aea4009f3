import type { DatabaseSync } from 'node:sqlite'
import { assertKnownKeys, assertString } from '../options.ts'
import { type ApiKeyRecord, DuplicateKeyError, type KeyQuery, type KeyStore } from './key-store.ts'
import { API_KEY_COLUMN_NAMES, columnsOfChanges, type Row, recordOfRow, valuesOfRecord } from './parts/api-key-row.ts'
import { openSqlite } from './parts/sqlite-file.ts'

export interface SqliteKeyStoreOptions {
  /** The database file; it is made when absent. */
  readonly file: string
}

export interface SqliteKeyStore extends KeyStore {
  close(): void
}

const PLACEHOLDERS = API_KEY_COLUMN_NAMES.map(() => '?').join(', ')
const INSERT = `INSERT INTO api_keys (${API_KEY_COLUMN_NAMES.join(', ')}) VALUES (${PLACEHOLDERS})`

/**
 * API keys in a SQLite file, by Node's own driver: durable, without a server. Several processes may share the file.
 * Node 22 prints one ExperimentalWarning for it.
 * @throws Error when the file cannot be opened or holds a newer schema
 */
export function sqliteKeyStore(options: SqliteKeyStoreOptions): SqliteKeyStore {
  assertKnownKeys('sqliteKeyStore', options, ['file'])
  assertString('sqliteKeyStore', 'file', options.file)
  const database = openSqlite(options.file)
  const byHash = database.prepare('SELECT * FROM api_keys WHERE hash = ?')
  const byId = database.prepare('SELECT * FROM api_keys WHERE id = ?')
  const insertRow = database.prepare(INSERT)
  const replaceRow = database.prepare(`
    UPDATE api_keys SET replaced_by = ?, grace_until = ?
    WHERE id = ? AND revoked_at IS NULL AND replaced_by IS NULL RETURNING *`)
  const revokeRow = database.prepare(
    'UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? RETURNING *',
  )
  // Node 22 binds no numbered parameter.
  const touchRow = database.prepare(`
    UPDATE api_keys SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR ? - last_used_at >= ?)`)

  function transaction<T>(work: () => T): T {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk, for one, has ended the transaction already.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  function insert(record: ApiKeyRecord): void {
    try {
      insertRow.run(...valuesOfRecord(record))
    } catch (error) {
      if (!/UNIQUE constraint/.test((error as Error).message)) throw error
      throw new DuplicateKeyError('the key is there already', { cause: error })
    }
  }

  return {
    findByHash(hashes) {
      for (const hash of hashes) {
        const record = optional(byHash.get(hash))
        if (record) return record
      }
      return undefined
    },
    findById: (id) => optional(byId.get(id)),
    insert,
    update(id, changes) {
      const { columns, values } = columnsOfChanges(changes)
      if (columns.length === 0) return optional(byId.get(id))
      const assignments = columns.map((column) => `${column} = ?`).join(', ')
      return optional(
        database.prepare(`UPDATE api_keys SET ${assignments} WHERE id = ? RETURNING *`).get(...values, id),
      )
    },
    replace: (id, successor, graceUntil) =>
      transaction(() => {
        const replaced = optional(replaceRow.get(successor.id, graceUntil, id))
        if (replaced) insert(successor)
        return replaced
      }),
    revoke: (id, revokedAt) => optional(revokeRow.get(revokedAt, id)),
    list: (query) => selectPage(database, query),
    touch: (uses, intervalSeconds) =>
      transaction(() => {
        for (const { id, usedAt } of uses) touchRow.run(usedAt, id, usedAt, intervalSeconds)
      }),
    close: () => database.close(),
  }
}

function selectPage(database: DatabaseSync, query: KeyQuery): readonly ApiKeyRecord[] {
  const { owner, unusedSince, expiringBefore, activeAt, after, limit } = query
  const conditions: string[] = ['id > ?']
  const values: (string | number)[] = [after ?? '']
  const where = (condition: string, value: string | number | undefined) => {
    if (value === undefined) return
    conditions.push(condition)
    values.push(value)
  }
  where('owner = ?', owner)
  where('coalesce(last_used_at, created_at) < ?', unusedSince)
  where('expires_at < ?', expiringBefore)
  where('revoked_at IS NULL AND replaced_by IS NULL AND (expires_at IS NULL OR expires_at > ?)', activeAt)
  const text = `SELECT * FROM api_keys WHERE ${conditions.join(' AND ')} ORDER BY id LIMIT ?`
  return database
    .prepare(text)
    .all(...values, limit)
    .map((row) => recordOfRow(row as Row))
}

function optional(row: unknown): ApiKeyRecord | undefined {
  return row === undefined ? undefined : recordOfRow(row as Row)
}
