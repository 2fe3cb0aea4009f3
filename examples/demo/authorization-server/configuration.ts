import { randomBytes } from 'node:crypto'
import { type Configuration, errors, type JWK, type ResourceServer } from 'oidc-provider'
import { html } from '../html.ts'
import { accountNamed } from './accounts.ts'
import {
  clientMetadata,
  type DemoClients,
  type GatewayClient,
  OPAQUE_CLIENT_ID,
  signingAlgorithmFor,
} from './clients.ts'
import { inMemoryStorage } from './storage.ts'
import { extraTokenClaims, MFA } from './token-claims.ts'

/** A second resource, whose tokens nobody can read but this server. */
export const OPAQUE_AUDIENCE = 'https://opaque.example.test'

const API_SCOPES = 'read:orders write:orders'
const ACCESS_TOKEN_TTL_SECONDS = 60 * 60
const SIGN_IN_TTL_SECONDS = 10 * 60
const SESSION_TTL_SECONDS = 60 * 60

/**
 * oidc-provider's settings. Every function whose default would print a notice has a real answer here,
 * so that the terminal stays the gateway's.
 */
export function authorizationServerConfiguration(options: {
  readonly audience: string
  /** What clients may call the API besides (RFC 8707). Its tokens name the audience all the same. */
  readonly resources?: ReadonlySet<string>
  readonly clients: DemoClients
  readonly gateway: GatewayClient
  readonly signingKeys: JWK[]
}): Configuration {
  const { audience, clients, gateway, signingKeys, resources = new Set([audience]) } = options
  return {
    adapter: inMemoryStorage(),
    jwks: { keys: signingKeys },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: clientMetadata(clients, gateway),
    clientBasedCORS: () => false,
    scopes: ['openid', ...API_SCOPES.split(' ')],
    pkce: { required: () => true },
    findAccount,
    extraTokenClaims,
    acrValues: [MFA],
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    renderError,
    ttl: {
      AccessToken: ACCESS_TOKEN_TTL_SECONDS,
      ClientCredentials: ACCESS_TOKEN_TTL_SECONDS,
      IdToken: ACCESS_TOKEN_TTL_SECONDS,
      Interaction: SIGN_IN_TTL_SECONDS,
      Grant: SESSION_TTL_SECONDS,
      Session: SESSION_TTL_SECONDS,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      // RFC 7662: the gateway asks about any token, a client only about its own.
      introspection: {
        enabled: true,
        allowedPolicy: (_context, client, token) =>
          client.clientId === gateway.client_id || client.clientId === token.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => client.clientId === token.clientId,
      },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // Whoever names no resource (RFC 8707) means the usual one.
        defaultResource: (_context, client) => (client.clientId === OPAQUE_CLIENT_ID ? OPAQUE_AUDIENCE : audience),
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource, client) => {
          if (resource === OPAQUE_AUDIENCE) return opaqueResource()
          if (resource !== audience && !resources.has(resource.replace(/\/$/, ''))) throw new errors.InvalidTarget()
          return jwtResource(audience, client.clientId)
        },
      },
    },
  }
}

const findAccount: Configuration['findAccount'] = (_context, username) => {
  const account = accountNamed(username)
  return account && { accountId: account.username, claims: () => ({ sub: account.username, email: account.email }) }
}

function opaqueResource(): ResourceServer {
  return { audience: OPAQUE_AUDIENCE, scope: API_SCOPES, accessTokenFormat: 'opaque' }
}

function jwtResource(audience: string, clientId: string): ResourceServer {
  const sign = { alg: signingAlgorithmFor(clientId) }
  return { audience, scope: API_SCOPES, accessTokenFormat: 'jwt', jwt: { sign } }
}

const renderError: Configuration['renderError'] = (context, { error, error_description }) => {
  context.type = 'html'
  context.body = html`<!doctype html><title>${error}</title><h1>${error}</h1><p>${error_description ?? ''}</p>`.markup
}
