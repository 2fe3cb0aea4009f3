import { randomBytes } from 'node:crypto'
import type { AsymmetricSigningAlgorithm, ClientMetadata } from 'oidc-provider'

/** The public client of people: authorization code + PKCE, and no secret, for none could be kept (RFC 8252 §8.5). */
export const SIGN_IN_CLIENT_ID = 'order-desk-cli'

/** A native app's loopback redirect (RFC 8252 §7.3): the authorization server accepts any port. */
export const REDIRECT_URI = 'http://127.0.0.1/callback'

/** The client whose tokens are opaque unless it asks for others. */
export const OPAQUE_CLIENT_ID = 'opaque'

const SECRET_BYTES = 32

/** A client of the client credentials grant, as the ready file shows it. */
export interface ConfidentialClient {
  readonly client_id: string
  readonly client_secret: string
  readonly scope: string
}

export interface DemoClients {
  readonly reader: ConfidentialClient
  readonly writer: ConfidentialClient
  /** Gets opaque tokens: only the authorization server can read them. */
  readonly opaque: ConfidentialClient
}

/** The gateway's own credentials at the authorization server: to ask it about opaque tokens. */
export interface GatewayClient {
  readonly client_id: string
  readonly client_secret: string
}

export function createClients(): DemoClients {
  return {
    reader: { client_id: 'reader', client_secret: randomSecret(), scope: 'read:orders' },
    writer: { client_id: 'writer', client_secret: randomSecret(), scope: 'read:orders write:orders' },
    opaque: { client_id: OPAQUE_CLIENT_ID, client_secret: randomSecret(), scope: 'read:orders' },
  }
}

export function createGatewayClient(): GatewayClient {
  return { client_id: 'gateway', client_secret: randomSecret() }
}

export function clientMetadata({ reader, writer, opaque }: DemoClients, gateway: GatewayClient): ClientMetadata[] {
  return [
    ...[reader, writer, opaque].map((client) => ({
      ...client,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    { ...gateway, grant_types: [], redirect_uris: [], response_types: [] },
    {
      client_id: SIGN_IN_CLIENT_ID,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [REDIRECT_URI],
    },
  ]
}

/** Both algorithms are in use, so that a gateway that knows only one of them is noticed. */
export function signingAlgorithmFor(clientId: string): AsymmetricSigningAlgorithm {
  return clientId === 'reader' ? 'RS256' : 'ES256'
}

function randomSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}
