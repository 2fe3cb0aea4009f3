import { type SqliteSecretStore, sqliteSecretStore } from 'gatewarden/store/sqlite-secrets'
import { type GatewayKeys, openGatewayKeys } from './api-keys.ts'
import { type GatewayRevocations, openGatewayRevocations } from './revocations.ts'

/** What the gateway keeps, in one file. */
export interface Stores {
  readonly keys: GatewayKeys
  readonly revocations: GatewayRevocations
  readonly secrets: SqliteSecretStore
  close(): Promise<void>
}

export async function openStores(file: string): Promise<Stores> {
  const keys = openGatewayKeys(file)
  try {
    const revocations = await openGatewayRevocations(file)
    const secrets = sqliteSecretStore({ file })
    const close = async () => {
      secrets.close()
      revocations.close()
      await keys.close()
    }
    return { keys, revocations, secrets, close }
  } catch (error) {
    await keys.close()
    throw error
  }
}
