import { statSync } from 'node:fs'
import type { OpenedKeyStore } from '../open-key-store.ts'
import { OpenKeyStoreError } from './open-key-store-error.ts'

/** @param url `sqlite:FILE`, where FILE is a path as the shell knows it */
export async function openSqliteStore(url: string, create: boolean): Promise<OpenedKeyStore> {
  const file = fileOf(url)
  // Not before it is needed: Node 22 prints a warning for it.
  const { DatabaseSync } = await import('node:sqlite')
  const { sqliteKeyStore } = await import('../sqlite.ts')
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isDirectory()) throw new OpenKeyStoreError(`${file} is a folder; write sqlite:FILE`)
  const isNew = found ? holdsNothing(new DatabaseSync(file, { readOnly: true }), file) : true
  if (isNew && !create) {
    throw new OpenKeyStoreError(`there are no keys in ${file}; is the name right? "keys create" makes a new file`)
  }
  const store = sqliteKeyStore({ file })
  return { store, isNew, close: async () => store.close() }
}

function fileOf(url: string): string {
  const path = url.slice('sqlite:'.length)
  if (path.startsWith('///')) return path.slice(2)
  if (path === '' || path.startsWith('//') || path === ':memory:') {
    throw new OpenKeyStoreError('write sqlite:FILE, such as sqlite:keys.db or sqlite:/var/lib/gateway/keys.db')
  }
  return path
}

/** A database of another program must not get tables of ours. */
function holdsNothing(database: { prepare(text: string): { all(): unknown[] }; close(): void }, file: string): boolean {
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]
    if (tables.length === 0) return true
    if (tables.some(({ name }) => name === 'api_keys')) return false
    throw new OpenKeyStoreError(`${file} is a database of something else: it has tables, but none of keys`)
  } finally {
    database.close()
  }
}
