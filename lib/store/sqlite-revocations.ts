import { assertKnownKeys, assertString } from '../options.ts'
import { newEntryId, parseCursor } from './parts/revocation-cursor.ts'
import { pageOfRows, type RevocationRow } from './parts/revocation-row.ts'
import { openSqlite } from './parts/sqlite-file.ts'
import type { RevocationStore } from './revocation-store.ts'

export interface SqliteRevocationStoreOptions {
  /** The database file; it is made when absent. It may be the one of the API keys. */
  readonly file: string
}

export interface SqliteRevocationStore extends RevocationStore {
  close(): void
}

/**
 * Revocations in a SQLite file, by Node's own driver: durable, without a server. Several processes may share the file;
 * each reads what the others have appended when it reads on.
 * @throws Error when the file cannot be opened or holds a newer schema
 */
export function sqliteRevocationStore(options: SqliteRevocationStoreOptions): SqliteRevocationStore {
  assertKnownKeys('sqliteRevocationStore', options, ['file'])
  assertString('sqliteRevocationStore', 'file', options.file)
  const database = openSqlite(options.file)
  // Writers take turns, so positions become visible in their order. The newest row stays, so none is used twice.
  const insertRow = database.prepare(`
    INSERT INTO revocations (position, id, revocation, expires_at)
    SELECT coalesce(max(position), 0) + 1, ?, ?, ? FROM revocations`)
  const known = database.prepare('SELECT 1 FROM revocations WHERE position = ? AND id = ?')
  const after = database.prepare(
    'SELECT position, id, revocation FROM revocations WHERE position > ? ORDER BY position LIMIT ?',
  )
  const deleteRows = database.prepare(
    'DELETE FROM revocations WHERE expires_at <= ? AND position < (SELECT max(position) FROM revocations)',
  )

  return {
    append(revocation) {
      insertRow.run(newEntryId(), JSON.stringify(revocation), revocation.expiresAt)
    },
    read(text, limit) {
      const cursor = parseCursor(text)
      const isKnown = cursor && known.get(cursor.position, cursor.id) !== undefined
      const rows = after.all(isKnown ? cursor.position : 0, limit + 1) as unknown as RevocationRow[]
      return pageOfRows(rows, limit, text)
    },
    purge(expiredBy) {
      deleteRows.run(expiredBy)
    },
    close: () => database.close(),
  }
}
