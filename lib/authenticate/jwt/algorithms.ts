import type { KeyObject } from 'node:crypto'

/**
 * Signature algorithms of RFC 7518 §3.1, RFC 8037 and RFC 9864. There is no `none`, and HMAC is not among them: a shared
 * secret and public keys at one verifier are how RS256 keys get used as HMAC secrets (RFC 8725 §2.1).
 */
export const JWS_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

/** For an issuer that shares a secret with us, and stands alone. */
export const SHARED_SECRET_ALGORITHM = 'HS256'

export type JwsAlgorithm = (typeof JWS_ALGORITHMS)[number] | typeof SHARED_SECRET_ALGORITHM

const RSA: readonly JwsAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const CURVES: Readonly<Record<string, JwsAlgorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }
const MIN_MODULUS_BITS = 2048
const MIN_PUBLIC_EXPONENT = 65_537n

export function isJwsAlgorithm(value: unknown): value is JwsAlgorithm {
  return (JWS_ALGORITHMS as readonly unknown[]).includes(value) || value === SHARED_SECRET_ALGORITHM
}

/** What a public key may verify; nothing, when it is of a kind or a strength that is not accepted (RFC 8725 §3.5). */
export function algorithmsOf(key: KeyObject): readonly JwsAlgorithm[] {
  const { modulusLength = 0, publicExponent = 0n, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return modulusLength >= MIN_MODULUS_BITS && publicExponent >= MIN_PUBLIC_EXPONENT && publicExponent % 2n === 1n
        ? RSA
        : []
    case 'ec': {
      const algorithm = CURVES[namedCurve]
      return algorithm ? [algorithm] : []
    }
    case 'ed25519':
      return ['EdDSA', 'Ed25519']
    default:
      return []
  }
}
