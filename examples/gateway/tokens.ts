import {
  type Authenticator,
  accessTokenAuthenticator,
  dpopVerifier,
  type ProtectedResourceMetadata,
  protectedResourceMetadata,
  type ServerOptions,
} from 'gatewarden'
import type { IntrospectionConfig } from './caller-config.ts'
import type { GatewayConfig } from './config.ts'
import type { Stores } from './stores.ts'

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
export function gatewayTokens(
  config: Pick<GatewayConfig, 'issuer' | 'audience' | 'introspection'>,
  origins: Origins,
  { revocations, replays, tokens }: Pick<Stores, 'revocations' | 'replays' | 'tokens'>,
): GatewayTokens {
  const { issuer, audience, introspection } = config
  const dpop = dpopVerifier({ origins, replayStore: replays })
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
    ...(tokens && { cache: tokens }),
    resourceMetadata: metadata.url,
  })
  return { authenticator, metadata }
}

function asked(config: IntrospectionConfig): Pick<ServerOptions, 'endpoint' | 'audience' | 'client'> {
  const { endpoint, audience, clientId, clientSecret } = config
  return { endpoint, audience, client: { method: 'basic', clientId, clientSecret } }
}
