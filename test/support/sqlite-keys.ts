import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ApiKeyRecord } from '../../lib/store/key-store.ts'
import { API_KEY_COLUMN_NAMES, valuesOfRecord } from '../../lib/store/parts/api-key-row.ts'
import { sqliteKeyStore } from '../../lib/store/sqlite.ts'
import type { KeyStoreUnderTest } from '../contract/key-store.ts'

/** A store on a SQLite file of its own. */
export async function makeSqliteKeys(): Promise<KeyStoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-keys-'))
  const file = join(folder, 'keys.db')
  const store = sqliteKeyStore({ file })
  const other = sqliteKeyStore({ file })
  return {
    store,
    other,
    fill: async (records) => fillSqlite(file, records),
    async close() {
      store.close()
      other.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One transaction over a connection of its own: a store syncs the disk for each key, and rightly so. */
export function fillSqlite(file: string, records: Iterable<ApiKeyRecord>): void {
  const database = new DatabaseSync(file)
  const places = API_KEY_COLUMN_NAMES.map(() => '?').join(', ')
  const insert = database.prepare(`INSERT INTO api_keys (${API_KEY_COLUMN_NAMES.join(', ')}) VALUES (${places})`)
  database.exec('BEGIN IMMEDIATE')
  for (const record of records) insert.run(...valuesOfRecord(record))
  database.exec('COMMIT')
  database.close()
}
