import type { Configuration } from 'oidc-provider'
import { accountNamed, TENANT_ID } from './accounts.ts'

/** The authentication context (`acr`) of whoever has shown a second factor. */
export const MFA = 'urn:example:mfa'

/** What RFC 9068 §2.2 leaves to the deployment: who the user is to the applications behind the gateway, and the login. */
export const extraTokenClaims: Configuration['extraTokenClaims'] = (context, token) => {
  const account = accountNamed('accountId' in token ? token.accountId : undefined)
  if (!account) return { tenant_id: TENANT_ID }
  const login = context.oidc.entities.AuthorizationCode
  // A client that is told of logouts has a name of its own for the session: the one that logout tokens say.
  const sid = login?.sid ?? login?.sessionUid
  return {
    tenant_id: account.tenantId,
    roles: account.roles,
    email: account.email,
    ...(login?.authTime !== undefined && { auth_time: login.authTime }),
    ...(login?.acr !== undefined && { acr: login.acr }),
    ...(sid !== undefined && { sid }),
  }
}
