import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteRevocationStore } from '../../lib/store/sqlite-revocations.ts'
import type { RevocationStoreUnderTest } from '../contract/revocation-store.ts'

/** A store on a SQLite file of its own. */
export async function makeSqliteRevocations(): Promise<RevocationStoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'gatewarden-revocations-'))
  const file = join(folder, 'revocations.db')
  const store = sqliteRevocationStore({ file })
  const other = sqliteRevocationStore({ file })
  const change = async (text: string, ...values: string[]) => {
    const database = new DatabaseSync(file)
    database.prepare(text).run(...values)
    database.close()
  }
  return {
    store,
    other,
    spoil: async (text) => {
      await change('DELETE FROM revocations')
      await change(`INSERT INTO revocations VALUES (1, 'x', ?, 9e9)`, text)
    },
    lose: () => change('DELETE FROM revocations'),
    async close() {
      store.close()
      other.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
