import { type ProofOfPossession, possessionProblem } from '../proof-of-possession.ts'
import type { JwsHeader } from './compact-jws.ts'

/** A JWT's payload, verified but not yet judged. */
export type Claims = Readonly<Record<string, unknown>>

export interface ClaimRules {
  readonly issuer: string
  readonly audiences: ReadonlySet<string>
  readonly audienceClaim: 'aud' | 'client_id'
  readonly profile: 'any' | 'rfc9068'
  readonly clockToleranceSeconds: number
  readonly maxLifetimeSeconds: number
  readonly proofOfPossession: ProofOfPossession
}

/** Token types that are access tokens: RFC 9068 §2.1, and what older issuers write or leave out. */
const ACCESS_TOKEN_TYPES: readonly (string | undefined)[] = ['at+jwt', 'jwt', undefined]
/** RFC 9068 §2.2; `iss`, `exp` and `aud` are required of every token. */
const RFC9068_CLAIMS = ['sub', 'client_id', 'iat', 'jti']
/** OpenID Connect Core 1.0 §3.1.3.6, §3.3.2.11: bound to another token, so not an access token. */
const ID_TOKEN_CLAIMS = ['at_hash', 'c_hash', 's_hash']
/** Keycloak names the kind of token in a claim. */
const OTHER_TYPE_CLAIMS: readonly unknown[] = ['ID', 'Refresh', 'Offline', 'Logout']

/**
 * Judges what a token says: RFC 7519 §4.1 with RFC 8725 §3. Every comparison is exact.
 * @returns a word for the log when the token is to be refused
 */
export function claimsProblem(claims: Claims, header: JwsHeader, rules: ClaimRules, now: number): string | undefined {
  return (
    typeProblem(claims, header, rules.profile) ??
    partyProblem(claims, rules) ??
    (header.type !== 'at+jwt' && isForItsClient(claims) ? 'ID token' : undefined) ??
    timeProblem(claims, rules, now) ??
    possessionProblem(claims.cnf, rules.proofOfPossession)
  )
}

function typeProblem(claims: Claims, header: JwsHeader, profile: ClaimRules['profile']): string | undefined {
  if (profile === 'rfc9068') {
    if (header.type !== 'at+jwt') return 'typ'
    const missing = RFC9068_CLAIMS.find((name) => claims[name] === undefined)
    if (missing) return `no ${missing}`
  }
  if (!ACCESS_TOKEN_TYPES.includes(header.type)) return 'typ'
  if (ID_TOKEN_CLAIMS.some((name) => name in claims) || claims.token_use === 'id') return 'ID token'
  if ('nonce' in claims && header.type !== 'at+jwt' && claims.scope === undefined && claims.scp === undefined)
    return 'ID token'
  if ('events' in claims) return 'security event token'
  if ('htm' in claims || 'htu' in claims) return 'DPoP proof'
  // RFC 7523 §3: a client assertion is issued by its subject.
  if (claims.sub !== undefined && claims.sub === claims.iss) return 'client assertion'
  return OTHER_TYPE_CLAIMS.includes(claims.typ) ? 'typ claim' : undefined
}

/**
 * An ID token is for the app that a user logs in to, and for nobody else (OpenID Connect Core 1.0 §2). Where that app and
 * this API share a name, its audience would not tell it from an access token; that it reaches no scope does.
 */
function isForItsClient({ aud, azp, client_id: clientId, sub, oid, scope, scp }: Claims): boolean {
  const client = azp ?? clientId
  if (client === undefined || scope !== undefined || scp !== undefined) return false
  // What a client got for itself has no scope with some issuers, and names it twice.
  if (sub === client || (oid !== undefined && oid === sub)) return false
  return Array.isArray(aud) ? aud.length === 1 && aud[0] === client : aud === client
}

function partyProblem(claims: Claims, rules: ClaimRules): string | undefined {
  if (claims.iss !== rules.issuer) return 'issuer'
  const named = claims[rules.audienceClaim]
  const audience = typeof named === 'string' ? [named] : named
  if (!Array.isArray(audience) || !audience.every((item) => typeof item === 'string')) return 'audience'
  return audience.some((item) => rules.audiences.has(item)) ? undefined : 'audience'
}

function timeProblem(claims: Claims, rules: ClaimRules, now: number): string | undefined {
  const { exp, iat, nbf } = claims
  const { clockToleranceSeconds: tolerance, maxLifetimeSeconds: lifetime } = rules
  if (!isTime(exp)) return 'exp'
  if (!(now < exp + tolerance)) return 'expired'
  if (exp - now > lifetime + tolerance) return 'lifetime'
  if (iat !== undefined) {
    if (!isTime(iat)) return 'iat'
    if (iat > now + tolerance) return 'issued in the future'
    if (exp - iat > lifetime) return 'lifetime'
  }
  if (nbf !== undefined) {
    if (!isTime(nbf)) return 'nbf'
    if (nbf > now + tolerance || nbf > exp) return 'not yet valid'
  }
  return undefined
}

/** Whole seconds since the epoch; `1e999` and `"1"` are none. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}
