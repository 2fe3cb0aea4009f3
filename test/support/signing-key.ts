import {
  constants,
  createHmac,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import type { JwsAlgorithm } from '../../lib/authenticate/jwt/algorithms.ts'

export interface SigningKey {
  readonly algorithm: JwsAlgorithm
  readonly keyId: string
  /** As an issuer publishes it. */
  readonly jwk: JsonWebKey & { readonly kid: string; readonly alg: string; readonly use: string }
  /** Or the secret, for HS256. */
  readonly privateKey: KeyObject
  /** Signs whatever it is given: a test decides what is wrong with it. */
  sign(claims: unknown, header?: Readonly<Record<string, unknown>>): string
  /** Signs the two parts as they are. */
  signParts(header: string, payload: string): string
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** @param known a private key to sign with, instead of a new one */
export function createSigningKey(
  algorithm: JwsAlgorithm = 'ES256',
  keyId: string = 'key-1',
  known?: KeyObject,
): SigningKey {
  const privateKey = known ?? generate(algorithm)
  const verifyingKey = algorithm === 'HS256' ? privateKey : createPublicKey(privateKey)
  const jwk = { ...verifyingKey.export({ format: 'jwk' }), kid: keyId, alg: algorithm, use: 'sig' }
  const signParts = (header: string, payload: string) => {
    const signed = `${header}.${payload}`
    return `${signed}.${signatureOf(signed, algorithm, privateKey)}`
  }
  return {
    algorithm,
    keyId,
    jwk,
    privateKey,
    signParts,
    sign: (claims, header = {}) =>
      signParts(encode({ alg: algorithm, typ: 'at+jwt', kid: keyId, ...header }), encode(claims)),
  }
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

function generate(algorithm: JwsAlgorithm): KeyObject {
  if (algorithm === 'HS256') return createSecretKey(randomBytes(32))
  const namedCurve = CURVES[algorithm]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve }).privateKey
  if (algorithm.startsWith('Ed')) return generateKeyPairSync('ed25519').privateKey
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

function signatureOf(signed: string, algorithm: JwsAlgorithm, key: KeyObject): string {
  const bytes = Buffer.from(signed)
  if (algorithm === 'HS256') return createHmac('sha256', key).update(bytes).digest('base64url')
  if (algorithm.startsWith('Ed')) return sign(null, bytes, key).toString('base64url')
  const digest = `sha${algorithm.slice(2)}`
  const padding = algorithm.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {}
  return sign(digest, bytes, { key, dsaEncoding: 'ieee-p1363', ...padding }).toString('base64url')
}
