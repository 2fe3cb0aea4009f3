import type { Claims } from '../authenticate/jwt/claims.ts'
import { COMPACT_JWS, type JwsHeader, parseHeader, parseObject } from '../authenticate/jwt/compact-jws.ts'
import type { Issuer, IssuerOptions } from '../authenticate/jwt/issuer.ts'
import { verifiedPayload } from '../authenticate/jwt/signature.ts'
import { type dangerouslyAllowHttp, invalidOption } from '../options.ts'
import { isIdentifier } from './identifier.ts'

/** Who signs tokens that tell us something, and by what they are verified. A shared secret is not among it. */
export interface SignerOptions
  extends Pick<
    IssuerOptions,
    'issuer' | 'algorithms' | 'jwksUri' | 'keys' | 'clockToleranceSeconds' | 'allowMissingKeyId' | 'keySet'
  > {
  /** What `aud` must name: us, as the signer knows us. */
  readonly audience: string | readonly string[]
  /** @deprecated see `dangerouslyAllowHttp` */
  readonly [dangerouslyAllowHttp]?: boolean
}

export const SIGNER_OPTIONS: readonly string[] = [
  ...['issuer', 'audience', 'algorithms', 'jwksUri', 'keys', 'clockToleranceSeconds', 'allowMissingKeyId', 'keySet'],
]

/** @throws TypeError when the list is empty, or names one twice */
export function byIssuer<S extends { readonly issuer: Issuer }>(
  factory: string,
  option: string,
  signers: readonly S[],
): ReadonlyMap<string, S> {
  if (signers.length === 0) throw invalidOption(factory, `"${option}" must list at least one`)
  const found = new Map(signers.map((signer) => [signer.issuer.rules.issuer, signer]))
  if (found.size !== signers.length) throw invalidOption(factory, `"${option}" names one issuer twice`)
  return found
}

export type SignatureProblem = 'malformed' | 'issuer' | 'algorithm' | 'key' | 'signature'

/** A token that its issuer has signed. Nothing that it says is judged yet. */
export interface SignedToken {
  readonly header: JwsHeader
  readonly claims: Claims
}

/** Whom a token names as its issuer, before anything of it is verified: only that issuer's keys can verify it. */
export function namedIssuer(token: string): unknown {
  if (!COMPACT_JWS.test(token)) return undefined
  return parseObject(token.slice(token.indexOf('.') + 1, token.lastIndexOf('.')))?.iss
}

/**
 * Verifies a token's signature by the keys of one issuer.
 * @throws DependencyError when the keys cannot be had: that is 503, not a bad token
 */
export async function verifySignature(token: string, issuer: Issuer): Promise<SignedToken | SignatureProblem> {
  const header = COMPACT_JWS.test(token) ? parseHeader(token) : 'malformed'
  if (typeof header === 'string') return header === 'algorithm' ? 'algorithm' : 'malformed'
  if (!issuer.algorithms.has(header.algorithm)) return 'algorithm'
  if (header.keyId === undefined && !issuer.allowMissingKeyId) return 'key'
  const key = await issuer.keySet.find(header.keyId, header.algorithm)
  if (!key) return 'key'
  const claims = await verifiedPayload(token, header.algorithm, key.key)
  if (!claims) return 'signature'
  return claims.iss === issuer.rules.issuer ? { header, claims } : 'issuer'
}

export type ClaimProblem = 'audience' | 'iat' | 'issued in the future' | 'exp' | 'expired' | 'jti'

/** Judges what every such token says: for whom, when, and its name, which it is used once under (RFC 8417 §2.2). */
export function claimProblem(claims: Claims, { rules }: Issuer, now: number): ClaimProblem | undefined {
  const { aud, iat, exp, jti } = claims
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audience.some((each) => typeof each === 'string' && rules.audiences.has(each))) return 'audience'
  if (!isTime(iat)) return 'iat'
  if (iat > now + rules.clockToleranceSeconds) return 'issued in the future'
  if (exp !== undefined) {
    if (!isTime(exp)) return 'exp'
    if (!(now < exp + rules.clockToleranceSeconds)) return 'expired'
  }
  return isIdentifier(jti) ? undefined : 'jti'
}

/** Seconds since the epoch (RFC 7519 §2); fractions are allowed. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

/**
 * From when on tokens are good again, after an event at a time that is told in whole seconds: a token of the same second
 * may have been issued before it.
 */
export function endOfSecond(time: number): number {
  return Math.floor(time) + 1
}
