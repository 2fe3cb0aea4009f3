import { statSync } from 'node:fs'
import { OpenStoreError } from './open-store-error.ts'
import type { OpenedStore, StoreKind } from './store-kind.ts'

/** @param url `sqlite:FILE`, where FILE is a path as the shell knows it */
export async function openSqliteStore<T>(kind: StoreKind<T>, url: string, create: boolean): Promise<OpenedStore<T>> {
  const file = fileOf(url)
  // Not before it is needed: Node 22 prints a warning for it.
  const { DatabaseSync } = await import('node:sqlite')
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isDirectory()) throw new OpenStoreError(`${file} is a folder; write sqlite:FILE`)
  const isNew = found ? holdsNothing(new DatabaseSync(file, { readOnly: true }), file) : true
  if (isNew && !create) {
    const remedy = `is the name right? ${kind.maker} makes a new file`
    throw new OpenStoreError(`there are no ${kind.contents} in ${file}; ${remedy}`)
  }
  const store = await kind.sqlite(file)
  return { store, isNew, close: async () => store.close() }
}

function fileOf(url: string): string {
  const path = url.slice('sqlite:'.length)
  if (path.startsWith('///')) return path.slice(2)
  if (path === '' || path.startsWith('//') || path === ':memory:') {
    throw new OpenStoreError('write sqlite:FILE, such as sqlite:keys.db or sqlite:/var/lib/gateway/keys.db')
  }
  return path
}

/** A database of another program must not get tables of ours. */
function holdsNothing(database: { prepare(text: string): { all(): unknown[] }; close(): void }, file: string): boolean {
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]
    if (tables.length === 0) return true
    if (tables.some(({ name }) => name === 'api_keys')) return false
    throw new OpenStoreError(`${file} is a database of something else: it has tables, but none of gatewarden`)
  } finally {
    database.close()
  }
}
