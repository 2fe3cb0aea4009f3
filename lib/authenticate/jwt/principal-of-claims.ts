import {
  assertClaimPath,
  assertClaimPaths,
  type ClaimPath,
  type ClaimPaths,
  readClaim,
  readClaims,
} from '../../claim-path.ts'
import { assertKnownKeys } from '../../options.ts'
import type { PrincipalFields } from '../../principal.ts'
import type { Claims } from './claims.ts'

/** Where an issuer puts what has no standard place. */
export interface ClaimMapping {
  /** Lists of strings, or the keys of an object by `keysOf`. Several are put together. Default `roles`. */
  readonly roles?: ClaimPaths
  /** Lists of strings, or strings with spaces between the scopes. Default `scope`, or else `scp`. */
  readonly scopes?: ClaimPaths
  /** Default `tenant_id`. */
  readonly tenantId?: ClaimPath
  /** Default `email`. */
  readonly email?: ClaimPath
  /** Default none. */
  readonly tier?: ClaimPath
}

const CLAIM_MAPPING_FIELDS = ['roles', 'scopes', 'tenantId', 'email', 'tier'] as const

/** @throws TypeError when a field is unknown, or a path leads nowhere */
export function assertClaimMapping(factory: string, mapping: ClaimMapping): void {
  const name = `${factory}.claims`
  assertKnownKeys(name, mapping, CLAIM_MAPPING_FIELDS)
  for (const [field, path] of Object.entries(mapping)) {
    if (field === 'roles' || field === 'scopes') assertClaimPaths(name, field, path)
    else assertClaimPath(name, field, path)
  }
}

/** RFC 9068 §2.2; OpenID Connect; Okta; Microsoft Entra ID 1.0. */
const CLIENT_ID_CLAIMS = ['client_id', 'azp', 'cid', 'appid']

/**
 * Whom a token is about. A token whose subject is its client, or that its issuer marks as a client's own, names a
 * client and never a user: RFC 9068 §5, RFC 9700 §4.15. Values are passed on as they are, whatever their type:
 * `createPrincipal` refuses what is none.
 */
export function principalFieldsOfClaims(claims: Claims, mapping: ClaimMapping): PrincipalFields {
  const clientId = firstOf(claims, CLIENT_ID_CLAIMS)
  const subject = claims.sub
  const ofClient = subject === undefined || subject === clientId || isMarkedAsClient(claims, clientId)
  const at = (path: ClaimPath | undefined) => (path === undefined ? undefined : (readClaim(claims, path) ?? undefined))
  const fields: Readonly<Record<keyof PrincipalFields, unknown>> = {
    kind: ofClient ? 'client' : 'user',
    subject: ofClient ? (clientId ?? subject) : subject,
    method: 'jwt',
    clientId: ofClient ? (clientId ?? subject) : clientId,
    issuer: claims.iss,
    tenantId: at(mapping.tenantId ?? 'tenant_id'),
    email: isUnverified(claims.email_verified) ? undefined : at(mapping.email ?? 'email'),
    roles: together(readClaims(claims, mapping.roles ?? 'roles')),
    scopes: mapping.scopes
      ? together(readClaims(claims, mapping.scopes).map(scopesOf))
      : scopesOf(claims.scope ?? claims.scp),
    tier: at(mapping.tier),
    // Microsoft Entra ID has its own name for it.
    credentialId: claims.jti ?? claims.uti,
    authenticatedAt: claims.auth_time,
    expiresAt: claims.exp,
    claims,
  }
  return fields as unknown as PrincipalFields
}

/** How issuers mark a token that a client got for itself: Auth0, Entra ID with and without `idtyp`, Keycloak. */
function isMarkedAsClient(claims: Claims, clientId: unknown): boolean {
  const { gty, idtyp, oid, sub, scp, scope, preferred_username: name } = claims
  if (gty === 'client-credentials' || idtyp === 'app') return true
  // Auth0 where it follows RFC 9068: then there is no `gty`.
  if (typeof clientId === 'string') {
    if (sub === `${clientId}@clients`) return true
    // Whole: a user who picks a name that only begins so must not pass for the client that he uses.
    if (typeof name === 'string' && name.toLowerCase() === `service-account-${clientId}`.toLowerCase()) return true
  }
  return oid !== undefined && oid === sub && scp === undefined && scope === undefined
}

/** Some issuers write it as text. */
function isUnverified(emailVerified: unknown): boolean {
  return emailVerified !== undefined && emailVerified !== true && emailVerified !== 'true'
}

/** A space-delimited string (RFC 8693 §4.2), or a list as some issuers write `scp`. */
function scopesOf(scope: unknown): unknown {
  return typeof scope === 'string' ? scope.split(' ').filter((item) => item !== '') : scope
}

/** Several lists as one. What is no list stays what it is, and is refused. */
function together(lists: readonly unknown[]): unknown {
  if (lists.length <= 1) return lists[0]
  return lists.every(Array.isArray) ? [...new Set(lists.flat())] : lists.find((list) => !Array.isArray(list))
}

function firstOf(claims: Claims, names: readonly string[]): unknown {
  const name = names.find((each) => claims[each] !== undefined)
  return name === undefined ? undefined : claims[name]
}
