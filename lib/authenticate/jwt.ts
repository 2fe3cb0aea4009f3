import { hash } from 'node:crypto'
import { createChallenge } from '../challenge.ts'
import { withDeadline } from '../deadline.ts'
import { type Awaitable, isLater } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { createPrincipal, isPrincipal } from '../principal.ts'
import type { CachedToken } from '../store/token-cache.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  authenticated,
  malformed,
  rejected,
  rejectedWith,
} from './authenticator.ts'
import { readCredential } from './credential.ts'
import { claimsProblem } from './jwt/claims.ts'
import { isCompactJws, type JwsHeader, MAX_TOKEN_LENGTH, parseHeader } from './jwt/compact-jws.ts'
import { type JwtOptions, type JwtSettings, jwtSettings } from './jwt/options.ts'
import { principalFieldsOfClaims } from './jwt/principal-of-claims.ts'
import { verifiedPayload } from './jwt/signature.ts'
import type { VerificationKey } from './jwt/verification-keys.ts'

export type { JwtOptions } from './jwt/options.ts'

const BEARER = { header: 'authorization', scheme: 'Bearer' }

/** RFC 6750 §2.1. */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Bearer access tokens that are JWTs of one issuer (RFC 7519, RFC 6750, RFC 9068): signature, type, issuer, audience and
 * times, in that order. A verified token is remembered until it expires, or its key leaves the issuer's key set.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function jwtAuthenticator(options: JwtOptions): Authenticator {
  const settings = jwtSettings(options)
  /**
   * The last good token of each connection: what comes on it is mostly the same again, and needs no hash to be known. The
   * texts are compared many bytes at a time, so time tells nothing that could be guessed byte by byte.
   */
  const lastOf = new WeakMap<object, LastToken>()
  return {
    method: 'jwt',
    challenges: [createChallenge('Bearer', { realm: settings.realm })],
    sources: [BEARER],
    urlParameters: ['access_token'],
    issuers: [settings.rules.issuer],
    authenticate(request) {
      const token = readCredential(request, BEARER)
      if (token === undefined) return ABSENT
      if (token.length > MAX_TOKEN_LENGTH) return rejected('too long')
      const { connection } = request
      const last = connection && lastOf.get(connection)
      if (last && last.token === token && isGood(settings, last.entry)) return authenticated(last.entry.principal)
      const cacheKey = settings.cachePrefix + hash('sha256', token, 'base64url')
      const answer = (entry: CachedToken | undefined): Awaitable<Authentication> => {
        if (!entry || !isGood(settings, entry)) return verify(settings, token, cacheKey)
        if (connection) lastOf.set(connection, { token, entry })
        return authenticated(entry.principal)
      }
      const cached = remembered(settings, cacheKey)
      return cached instanceof Promise ? cached.then(answer) : answer(cached)
    },
  }
}

/** A token and what came of it. The text goes with its connection. */
interface LastToken {
  readonly token: string
  readonly entry: CachedToken
}

/** Whether what was verified still counts: it has not expired, and its key is still the issuer's. */
function isGood({ now, keySet }: JwtSettings, { expiresAt, keyId }: CachedToken): boolean {
  return now() < expiresAt && keyId !== undefined && keySet.holds(keyId)
}

const CACHE_DEADLINE_MS = 250

/** A cache that fails, or is slow, is a cache that has forgotten: the token is verified anew. */
function remembered({ cache }: JwtSettings, cacheKey: string): Awaitable<CachedToken | undefined> {
  try {
    const entry = withDeadline('token cache', CACHE_DEADLINE_MS, cache.get(cacheKey))
    return entry instanceof Promise ? entry.then(revived).catch(() => undefined) : revived(entry)
  } catch {
    return undefined
  }
}

/** What comes back from another process is no principal yet: it is made one again, by the same rules. */
function revived(entry: CachedToken | undefined): CachedToken | undefined {
  if (!entry || isPrincipal(entry.principal)) return entry
  const principal = createPrincipal(entry.principal)
  return principal instanceof AuthError ? undefined : { ...entry, principal }
}

function verify(settings: JwtSettings, token: string, cacheKey: string): Awaitable<Authentication> {
  if (!BEARER_TOKEN.test(token)) {
    return malformed({ reason: 'bearer token', detail: 'The Authorization header holds no single bearer token.' })
  }
  if (!isCompactJws(token)) return rejected('not a JWT')
  const header = parseHeader(token)
  if (typeof header === 'string') return rejected(header)
  if (!settings.algorithms.has(header.algorithm)) return rejected('algorithm')
  if (header.keyId === undefined && !settings.allowMissingKeyId) return rejected('no kid')
  const key = settings.keySet.find(header.keyId, header.algorithm)
  if (key instanceof Promise) return key.then((found) => judge(settings, token, cacheKey, header, found))
  return judge(settings, token, cacheKey, header, key)
}

function judge(
  settings: JwtSettings,
  token: string,
  cacheKey: string,
  header: JwsHeader,
  key: VerificationKey | undefined,
): Authentication {
  if (!key) return rejected('unknown key')
  const claims = verifiedPayload(token, header.algorithm, key.key)
  if (!claims) return rejected('signature')
  const now = settings.now()
  const problem = claimsProblem(claims, header, settings.rules, now)
  if (problem) return rejected(problem, problem === 'expired' ? 'The access token has expired.' : undefined)
  const principal = createPrincipal(principalFieldsOfClaims(claims, settings.mapping))
  if (principal instanceof AuthError) return rejectedWith(principal)
  const expiresAt = Math.min(now + settings.cacheTtlSeconds, claims.exp as number)
  remember(settings, cacheKey, { principal, keyId: key.id, expiresAt })
  return authenticated(principal)
}

function remember({ cache }: JwtSettings, cacheKey: string, entry: CachedToken): void {
  try {
    const done = cache.set(cacheKey, entry)
    if (isLater(done)) Promise.resolve(done).catch(() => undefined)
  } catch {
    // What could not be remembered is verified again next time.
  }
}
