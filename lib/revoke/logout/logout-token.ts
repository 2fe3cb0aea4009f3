import type { Claims } from '../../authenticate/jwt/claims.ts'
import type { Revocation } from '../../store/revocation-list.ts'
import { isIdentifier } from '../identifier.ts'
import { endOfSecond, type SignedToken } from '../signed-token.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const MAX_LIFETIME_SECONDS = 86_400

export interface LogoutRules {
  readonly issuer: string
  readonly allowUntyped: boolean
  readonly tokensHaveSid: boolean
  readonly keepForSeconds: number
}

/**
 * Judges what makes a token a logout token, and none of another kind: OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6.
 * @returns a word for the answer when it is to be refused
 */
export function logoutProblem({ header, claims }: SignedToken, rules: LogoutRules): string | undefined {
  const { type } = header
  if (type !== 'logout+jwt' && !(rules.allowUntyped && (type === undefined || type === 'jwt'))) return 'typ'
  const { exp, iat, events, sub, sid } = claims
  if (exp === undefined) return 'exp'
  if ((exp as number) - (iat as number) > MAX_LIFETIME_SECONDS) return 'lifetime'
  if (!isObject(events) || !Object.hasOwn(events, EVENT) || !isObject(events[EVENT])) return 'events'
  // It keeps ID tokens out: those of a login may hold one, a logout never does.
  if ('nonce' in claims) return 'nonce'
  if (sub !== undefined && !isIdentifier(sub)) return 'sub'
  if (sid !== undefined && !isIdentifier(sid)) return 'sid'
  if (sub === undefined && sid === undefined) return 'neither sub nor sid'
  if (sub === undefined && !rules.tokensHaveSid) return 'no sub'
  return undefined
}

/** What a good logout token ends: the session that it names, or else all tokens about its subject up to now. */
export function logoutRevocation(claims: Claims, rules: LogoutRules, now: number): Revocation {
  const { sub, sid, iat } = claims as { readonly sub: string; readonly sid?: string; readonly iat: number }
  const { issuer, keepForSeconds } = rules
  const expiresAt = now + keepForSeconds
  if (sid !== undefined && rules.tokensHaveSid) return { kind: 'session', sessionId: sid, issuer, expiresAt }
  return { kind: 'subject', subject: sub, issuedBefore: endOfSecond(iat), issuer, expiresAt }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
