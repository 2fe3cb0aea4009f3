import type { JsonWebKey } from 'node:crypto'
import type { DemoClients } from './authorization-server/clients.ts'
import type { DemoApiKeys } from './demo-api-keys.ts'
import type { SignerCredentials } from './demo-signers.ts'

/** What the ready file says of a demo that is up. */
export interface Ready {
  readonly gateway: string
  /** The same gateway over TLS, for clients with certificates. */
  readonly gatewayTls: string
  /** Where `GET /metrics` tells Prometheus how it is doing: a port of this machine alone. */
  readonly metrics: string
  readonly issuer: string
  readonly upstream: string
  readonly audience: string
  readonly credentials: {
    readonly apiKeys: DemoApiKeys
    readonly clients: DemoClients
    readonly users: Readonly<Record<'alice' | 'bob', DemoUserTokens>>
    /** Names of PEM files: the authority, a partner's certificate, a revoked one, and one of another authority. */
    readonly mtls: Readonly<
      Record<'ca' | 'cert' | 'key' | 'revokedCert' | 'revokedKey' | 'otherCert' | 'otherKey', string>
    >
    readonly hmac: SignerCredentials['hmac']
    readonly httpSignature: SignerCredentials['httpSignature']
    /** A token of alice that is bound to a key (RFC 9449), and the key. */
    readonly dpop: { readonly accessToken: string; readonly privateKey: JsonWebKey }
  }
}

export interface DemoUserTokens {
  readonly accessToken: string
  /** Of a login with a second factor. */
  readonly mfaAccessToken: string
}
