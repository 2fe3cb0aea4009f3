import {
  type Authenticator,
  accessTokenAuthenticator,
  dpopVerifier,
  type ProtectedResourceMetadata,
  protectedResourceMetadata,
  type ServerOptions,
} from 'gatewarden'
import type { RevocationList } from 'gatewarden/store/revocation-list'
import type { GatewayConfig, IntrospectionConfig } from './config.ts'

/** Under which origins clients call the gateway; the first is the one to tell them. */
export type Origins = readonly [string, ...string[]]

/** The access tokens of this gateway: whose are believed, and what clients are told to get one. */
export interface GatewayTokens {
  readonly authenticator: Authenticator
  readonly metadata: ProtectedResourceMetadata
}

/** Where this issuer puts what the upstream wants to know. */
const CLAIMS = { roles: 'roles', tenantId: 'tenant_id', email: 'email' } as const

/**
 * JWTs of the issuer are verified by its keys; about any other token it is asked, when `INTROSPECTION_URL` says where. A
 * token that is bound to a key comes with a proof of having it, made for one of the origins.
 */
export function gatewayTokens(config: GatewayConfig, origins: Origins, revocations: RevocationList): GatewayTokens {
  const { issuer, audience, introspection } = config
  // Used proofs are remembered in memory. Several gateways need one store for all of them.
  const dpop = dpopVerifier({ origins })
  const metadata = protectedResourceMetadata({
    resource: origins[0],
    authorizationServers: [issuer],
    scopesSupported: ['read:orders', 'write:orders'],
    dpopSigningAlgValuesSupported: dpop.algorithms,
  })
  const authenticator = accessTokenAuthenticator({
    issuers: [{ issuer, audience, algorithms: ['RS256', 'ES256'], profile: 'rfc9068', claims: CLAIMS }],
    ...(introspection && { introspection: { ...asked(introspection), issuer, claims: CLAIMS } }),
    dpop,
    revocations,
    resourceMetadata: metadata.url,
  })
  return { authenticator, metadata }
}

function asked(config: IntrospectionConfig): Pick<ServerOptions, 'endpoint' | 'audience' | 'client'> {
  const { endpoint, audience, clientId, clientSecret } = config
  return { endpoint, audience, client: { method: 'basic', clientId, clientSecret } }
}
