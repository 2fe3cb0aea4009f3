import { randomBytes } from 'node:crypto'
import { type Configuration, errors, type JWK } from 'oidc-provider'
import { html } from '../html.ts'
import { accountNamed, TENANT_ID } from './accounts.ts'
import { clientMetadata, type DemoClients, signingAlgorithmFor } from './clients.ts'
import { inMemoryStorage } from './storage.ts'

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
  readonly clients: DemoClients
  readonly signingKeys: JWK[]
}): Configuration {
  const { audience, clients, signingKeys } = options
  return {
    adapter: inMemoryStorage(),
    jwks: { keys: signingKeys },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: clientMetadata(clients),
    clientBasedCORS: () => false,
    scopes: ['openid', ...API_SCOPES.split(' ')],
    pkce: { required: () => true },
    findAccount,
    extraTokenClaims: (_context, token) => extraClaims('accountId' in token ? token.accountId : undefined),
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
      resourceIndicators: {
        enabled: true,
        // Whoever names no resource (RFC 8707) means the one API there is.
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource, client) => {
          if (resource !== audience) throw new errors.InvalidTarget()
          return {
            audience,
            scope: API_SCOPES,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: signingAlgorithmFor(client.clientId) } },
          }
        },
      },
    },
  }
}

const findAccount: Configuration['findAccount'] = (_context, username) => {
  const account = accountNamed(username)
  return account && { accountId: account.username, claims: () => ({ sub: account.username, email: account.email }) }
}

/** What RFC 9068 §2.2.3 leaves to the deployment: who the user is to the applications behind the gateway. */
function extraClaims(username: string | undefined): Record<string, unknown> {
  const account = accountNamed(username)
  if (!account) return { tenant_id: TENANT_ID }
  return { tenant_id: account.tenantId, roles: account.roles, email: account.email }
}

const renderError: Configuration['renderError'] = (context, { error, error_description }) => {
  context.type = 'html'
  context.body = html`<!doctype html><title>${error}</title><h1>${error}</h1><p>${error_description ?? ''}</p>`.markup
}
