import { type ApiKeys, type Authenticator, apiKeyAuthenticator, apiKeys, usageTracker } from 'gatewarden'
import { type SqliteKeyStore, sqliteKeyStore } from 'gatewarden/store/sqlite'

/** The API keys of this gateway: who presents one, and who manages them. */
export interface GatewayKeys {
  readonly authenticator: Authenticator
  readonly lifecycle: ApiKeys
  /** Writes which keys were used last, then closes the store. */
  close(): Promise<void>
}

/** Only keys for `live` are accepted. A key for `test` is refused before the store is asked. */
export function openGatewayKeys(file: string): GatewayKeys {
  const store = openStore(file)
  const usage = usageTracker({ store })
  return {
    authenticator: apiKeyAuthenticator({ keys: store, environments: ['live'], usage }),
    lifecycle: apiKeys({ store }),
    close: () => usage.flush().finally(() => store.close()),
  }
}

function openStore(file: string): SqliteKeyStore {
  try {
    return sqliteKeyStore({ file })
  } catch (cause) {
    throw new Error(`KEY_STORE can't be opened: name a SQLite file, or one to be made, not ${file}`, { cause })
  }
}
