import { type Authenticator, accessTokenAuthenticator, dpopVerifier, type ServerOptions } from 'gatewarden'
import type { GatewayConfig, IntrospectionConfig } from './config.ts'

/** Under which origins clients call the gateway; the first is the one to tell them. */
export type Origins = readonly [string, ...string[]]

/** Where this issuer puts what the upstream wants to know. */
const CLAIMS = { roles: 'roles', tenantId: 'tenant_id', email: 'email' } as const

/**
 * Access tokens: JWTs of the issuer are verified by its keys; about any other token it is asked, when
 * `INTROSPECTION_URL` says where. Those that are bound to a key come with a proof (DPoP).
 */
export function accessTokens({ issuer, audience, introspection }: GatewayConfig, origins: Origins): Authenticator {
  return accessTokenAuthenticator({
    issuers: [{ issuer, audience, algorithms: ['RS256', 'ES256'], profile: 'rfc9068', claims: CLAIMS }],
    // Used proofs are remembered in memory. Several gateways need one store for all of them.
    dpop: dpopVerifier({ origins }),
    ...(introspection && { introspection: { ...asked(introspection), issuer, claims: CLAIMS } }),
  })
}

function asked(config: IntrospectionConfig): Pick<ServerOptions, 'endpoint' | 'audience' | 'client'> {
  const { endpoint, audience, clientId, clientSecret } = config
  return { endpoint, audience, client: { method: 'basic', clientId, clientSecret } }
}
