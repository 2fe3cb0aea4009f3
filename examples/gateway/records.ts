import type { KeyStore, RevocationStore, SecretStore } from 'gatewarden'
import { sqliteKeyStore } from 'gatewarden/store/sqlite'
import { sqliteRevocationStore } from 'gatewarden/store/sqlite-revocations'
import { sqliteSecretStore } from 'gatewarden/store/sqlite-secrets'
import { openDatabase } from './database.ts'

/** What must be kept: in a SQLite file, or in the database of a fleet. */
export interface Records {
  readonly keys: KeyStore
  readonly secrets: SecretStore
  readonly revocations: RevocationStore
  close(): Promise<void>
}

/** @throws Error whose one-line message names the variable and the remedy, and shows no password */
export async function openRecords(config: {
  readonly keyStoreFile: string
  readonly databaseUrl?: string | undefined
}): Promise<Records> {
  return config.databaseUrl === undefined ? openFile(config.keyStoreFile) : await openDatabase(config.databaseUrl)
}

function openFile(file: string): Records {
  const opened: { close(): void }[] = []
  const open = <Store extends { close(): void }>(store: Store): Store => {
    opened.unshift(store)
    return store
  }
  const closeAll = () => {
    for (const store of opened.splice(0)) store.close()
  }
  try {
    const keys = open(sqliteKeyStore({ file }))
    const secrets = open(sqliteSecretStore({ file }))
    const revocations = open(sqliteRevocationStore({ file }))
    return { keys, secrets, revocations, close: async () => closeAll() }
  } catch (cause) {
    closeAll()
    throw new Error(`KEY_STORE can't be opened: name a SQLite file, or one to be made, not ${file}`, { cause })
  }
}
