import { type Awaitable, type Clock, isLater } from '../../effects.ts'
import { AuthError } from '../../errors.ts'
import { createPrincipal } from '../../principal.ts'
import type { CachedToken } from '../../store/token-cache.ts'
import { type Authentication, authenticated, rejected, rejectedWith } from '../authenticator.ts'
import { type Claims, claimsProblem } from './claims.ts'
import { type JwsHeader, parseHeader, parseObject } from './compact-jws.ts'
import type { Issuer } from './issuer.ts'
import type { Issuers } from './issuers.ts'
import { principalFieldsOfClaims } from './principal-of-claims.ts'
import { verifiedPayload } from './signature.ts'
import type { VerificationKey } from './verification-keys.ts'

export interface JwtVerifierOptions {
  readonly issuers: Issuers
  /** How long a verified token may be remembered at most. */
  readonly cacheTtlSeconds: number
  readonly now: Clock
}

/** Is told what has been verified, so that it need not be verified again. */
export type Remember = (entry: CachedToken) => void

/** Verifies JWTs of several issuers, each by its own keys and rules: signature, type, issuer, audience and times. */
export class JwtVerifier {
  readonly #options: JwtVerifierOptions

  constructor(options: JwtVerifierOptions) {
    this.#options = options
  }

  /** A key that has left its issuer's key set takes the tokens along that it verified; so do rules that have changed. */
  isGood({ principal, keyId, rulesId, expiresAt }: CachedToken): boolean {
    const { issuers, now } = this.#options
    if (keyId === undefined || !(now() < expiresAt)) return false
    const issuer = issuers.only ?? issuers.known(principal.issuer ?? '')
    return issuer !== undefined && rulesId === issuer.rulesId && issuer.keySet.holds(keyId)
  }

  verify(token: string, remember: Remember): Awaitable<Authentication> {
    const header = parseHeader(token)
    if (typeof header === 'string') return rejected(header)
    const issuer = this.#options.issuers.only ?? this.#issuerOf(token)
    if (isLater(issuer)) return Promise.resolve(issuer).then((found) => this.#findKey(found, token, header, remember))
    return this.#findKey(issuer, token, header, remember)
  }

  /** Which issuer a token names, before anything of it is verified: only that issuer's keys can verify it. */
  #issuerOf(token: string): Awaitable<Issuer | undefined> {
    const claims = parseObject(token.slice(token.indexOf('.') + 1, token.lastIndexOf('.')))
    const name = claims?.iss
    return typeof name === 'string' && ISSUER_NAME.test(name) ? this.#options.issuers.find(name) : undefined
  }

  #findKey(
    issuer: Issuer | undefined,
    token: string,
    header: JwsHeader,
    remember: Remember,
  ): Awaitable<Authentication> {
    if (!issuer) return rejected('issuer')
    if (!issuer.algorithms.has(header.algorithm)) return rejected('algorithm')
    if (header.keyId === undefined && !issuer.allowMissingKeyId) return rejected('no kid')
    const key = issuer.keySet.find(header.keyId, header.algorithm)
    if (key instanceof Promise) return key.then((found) => this.#verifyBy(found, issuer, token, header, remember))
    return this.#verifyBy(key, issuer, token, header, remember)
  }

  #verifyBy(
    key: VerificationKey | undefined,
    issuer: Issuer,
    token: string,
    header: JwsHeader,
    remember: Remember,
  ): Awaitable<Authentication> {
    if (!key) return rejected('unknown key')
    const claims = verifiedPayload(token, header.algorithm, key.key)
    return isLater(claims)
      ? Promise.resolve(claims).then((later) => this.#judge(later, issuer, header, key, remember))
      : this.#judge(claims, issuer, header, key, remember)
  }

  #judge(
    claims: Claims | undefined,
    issuer: Issuer,
    header: JwsHeader,
    key: VerificationKey,
    remember: Remember,
  ): Authentication {
    if (!claims) return rejected('signature')
    const { now, cacheTtlSeconds } = this.#options
    const at = now()
    const problem = claimsProblem(claims, header, issuer.rules, at)
    if (problem) return rejected(problem, problem === 'expired' ? 'The access token has expired.' : undefined)
    const principal = createPrincipal(principalFieldsOfClaims(claims, issuer.mapping))
    if (principal instanceof AuthError) return rejectedWith(principal)
    const expiresAt = Math.min(at + cacheTtlSeconds, claims.exp as number)
    remember({ principal, keyId: key.id, rulesId: issuer.rulesId, expiresAt })
    return authenticated(principal)
  }
}

/** No principal has an issuer of another form. What a resolver is asked is still a stranger's word. */
const ISSUER_NAME = /^[\x20-\x7e]{1,512}$/
