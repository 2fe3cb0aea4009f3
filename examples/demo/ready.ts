import type { JsonWebKey } from 'node:crypto'
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
    readonly users: Readonly<Record<'alice' | 'bob', DemoUserTokens>>
    /** A token of alice that is bound to a key (RFC 9449), and the key. */
    readonly dpop: { readonly accessToken: string; readonly privateKey: JsonWebKey }
  }
}

export interface DemoUserTokens {
  readonly accessToken: string
  /** Of a login with a second factor. */
  readonly mfaAccessToken: string
}
