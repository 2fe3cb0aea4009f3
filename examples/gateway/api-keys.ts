import { type ApiKeys, type Authenticator, apiKeyAuthenticator, apiKeys, type KeyStore, usageTracker } from 'gatewarden'

/** The API keys of this gateway: who presents one, and who manages them. */
export interface GatewayKeys {
  readonly authenticator: Authenticator
  readonly lifecycle: ApiKeys
  /** Writes which keys were used last. */
  flush(): Promise<void>
}

/** Only keys for `live` are accepted. A key for `test` is refused before the store is asked. */
export function gatewayKeys(store: KeyStore): GatewayKeys {
  const usage = usageTracker({ store })
  return {
    authenticator: apiKeyAuthenticator({ keys: store, environments: ['live'], usage }),
    lifecycle: apiKeys({ store }),
    flush: () => usage.flush(),
  }
}
