import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import type { SignatureAlgorithm } from '../../signature-key.ts'

interface Algorithm {
  /** What a key for it is not, as the end of a sentence; `undefined` when it is right. */
  keyProblem(key: KeyObject): string | undefined
  verify(key: KeyObject, base: Uint8Array, signature: Uint8Array): boolean
  /** A key whose other half nobody has. */
  nobodysKey(): KeyObject
}

const MIN_SECRET_BYTES = 32
const MIN_RSA_BITS = 2_048
const MAC_BYTES = 32
const ANY_SALT = constants.RSA_PSS_SALTLEN_AUTO

/** RFC 9421 §3.3. */
const ALGORITHMS: Readonly<Record<SignatureAlgorithm, Algorithm>> = {
  ed25519: {
    keyProblem: (key) => (isPublic(key, 'ed25519') ? undefined : 'must be a public Ed25519 key'),
    verify: (key, base, signature) => verify(null, base, key, signature),
    nobodysKey: () => generateKeyPairSync('ed25519').publicKey,
  },
  'ecdsa-p256-sha256': {
    keyProblem: (key) =>
      isPublic(key, 'ec') && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
        ? undefined
        : 'must be a public key of the curve P-256',
    verify: (key, base, signature) => verify('sha256', base, { key, dsaEncoding: 'ieee-p1363' }, signature),
    nobodysKey: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
  },
  'rsa-pss-sha512': {
    keyProblem: pssProblem,
    // The RFC says 64 bytes of salt. Widespread signers take as many as fit, which is no weaker.
    verify: (key, base, signature) =>
      verify('sha512', base, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: ANY_SALT }, signature),
    nobodysKey: nobodysRsaKey,
  },
  'rsa-v1_5-sha256': {
    keyProblem: (key) => rsaProblem(key, ['rsa']),
    verify: (key, base, signature) => verify('sha256', base, { key, padding: constants.RSA_PKCS1_PADDING }, signature),
    nobodysKey: nobodysRsaKey,
  },
  'hmac-sha256': {
    keyProblem: (key) =>
      key.type === 'secret' && (key.symmetricKeySize ?? 0) >= MIN_SECRET_BYTES
        ? undefined
        : `must be a secret of at least ${MIN_SECRET_BYTES} bytes`,
    verify(key, base, signature) {
      const expected = createHmac('sha256', key).update(base).digest()
      return signature.length === MAC_BYTES && timingSafeEqual(expected, signature)
    },
    nobodysKey: () => createSecretKey(randomBytes(MIN_SECRET_BYTES)),
  },
}

/** Why a key is none for an algorithm, as the end of a sentence about it: a key of another kind would verify other things. */
export function keyProblem(algorithm: SignatureAlgorithm, key: KeyObject): string | undefined {
  return ALGORITHMS[algorithm].keyProblem(key)
}

/** Whether one of the keys made the signature. All are tried, whichever it is. */
export function isSignedBy(
  algorithm: SignatureAlgorithm,
  keys: readonly KeyObject[],
  base: Uint8Array,
  signature: Uint8Array,
): boolean {
  let isGood = false
  for (const key of keys) if (ALGORITHMS[algorithm].verify(key, base, signature)) isGood = true
  return isGood
}

/** Stands in for the key of a key id that nobody has: nothing is signed by it, and that costs as much to find out. */
export function nobodysKey(algorithm: SignatureAlgorithm): KeyObject {
  return ALGORITHMS[algorithm].nobodysKey()
}

function isPublic(key: KeyObject, ...types: readonly string[]): boolean {
  return key.type === 'public' && types.includes(key.asymmetricKeyType ?? '')
}

function rsaProblem(key: KeyObject, types: readonly string[]): string | undefined {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return isPublic(key, ...types) && bits >= MIN_RSA_BITS
    ? undefined
    : `must be a public RSA key of at least ${MIN_RSA_BITS} bits`
}

/** A key may be for one hash alone (RFC 4055 §3.3); with another, OpenSSL does not verify but fails. */
function pssProblem(key: KeyObject): string | undefined {
  const { hashAlgorithm = 'sha512', mgf1HashAlgorithm = 'sha512' } = key.asymmetricKeyDetails ?? {}
  const isForAnother = hashAlgorithm !== 'sha512' || mgf1HashAlgorithm !== 'sha512'
  return rsaProblem(key, ['rsa', 'rsa-pss']) ?? (isForAnother ? 'must not be for another hash than SHA-512' : undefined)
}

/** A random modulus: verifying costs the same as with a key that somebody has made, and making it costs nothing. */
function nobodysRsaKey(): KeyObject {
  const modulus = randomBytes(MIN_RSA_BITS / 8)
  modulus[0] = (modulus[0] ?? 0) | 0x80
  modulus[modulus.length - 1] = (modulus.at(-1) ?? 0) | 1
  return createPublicKey({ key: { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' }, format: 'jwk' })
}
