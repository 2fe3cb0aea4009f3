import type { DemoClients } from './authorization-server/clients.ts'
import type { DemoApiKeys } from './demo-api-keys.ts'

/** What the ready file says of a demo that is up. */
export interface Ready {
  readonly gateway: string
  readonly issuer: string
  readonly upstream: string
  readonly audience: string
  readonly credentials: {
    readonly apiKeys: DemoApiKeys
    readonly clients: DemoClients
    readonly users: Readonly<Record<'alice' | 'bob', { readonly accessToken: string }>>
  }
}
