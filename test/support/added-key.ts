import { type ApiKeyFields, apiKeys } from '../../lib/index.ts'
import { sqliteKeyStore } from '../../lib/store/sqlite.ts'

/** Makes a key in a SQLite file, as the command line would, and returns it. */
export async function addedKey(file: string, fields: Partial<ApiKeyFields> = {}): Promise<string> {
  const store = sqliteKeyStore({ file })
  try {
    const made = await apiKeys({ store }).create({ owner: 'partner-acme', environment: 'live', ...fields })
    if ('problem' in made) throw new Error(made.detail)
    return made.key
  } finally {
    store.close()
  }
}
