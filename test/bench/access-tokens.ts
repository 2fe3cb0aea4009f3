import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { promisify } from 'node:util'

export const AUDIENCE = 'https://api.example.test'
const LIFETIME_SECONDS = 3_600

export type SigningAlgorithm = 'RS256' | 'ES256' | 'EdDSA'

const signAsync = promisify(sign)

/** Signs access tokens of the size and form that real issuers give out (RFC 9068): some 900 characters. */
export interface TokenSigner {
  readonly jwks: { readonly keys: readonly object[] }
  /** Each token is another one. */
  sign(issuer: string, claims?: object): Promise<string>
}

export function createTokenSigner(algorithm: SigningAlgorithm = 'RS256'): TokenSigner {
  const { privateKey, publicKey } = keyPair(algorithm)
  const keyId = `bench-${algorithm}`
  const header = { alg: algorithm, kid: keyId, typ: 'at+jwt' }
  return {
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: algorithm, use: 'sig' }] },
    sign: (issuer, more) => signJws(header, { ...accessTokenClaims(issuer), ...more }, privateKey),
  }
}

export function keyPair(algorithm: SigningAlgorithm): {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
} {
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  return algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
}

/** RFC 7515 §7.1. Signed on another thread, so that many are signed at once. */
export async function signJws(header: object, payload: object, key: KeyObject): Promise<string> {
  const signed = `${part(header)}.${part(payload)}`
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  const signature = await signAsync(digest, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

/** What a token states; or what a server answers that is asked about one. */
export function accessTokenClaims(issuer: string): object {
  const now = Math.floor(Date.now() / 1_000)
  return {
    iss: issuer,
    sub: 'user_8f14e45fceea167a',
    aud: AUDIENCE,
    client_id: 'orderdesk-web',
    scope: 'openid profile email read:orders write:orders',
    roles: ['editor', 'approver'],
    tenant_id: 'tenant_xyz',
    email: 'alice@example.test',
    iat: now,
    auth_time: now,
    exp: now + LIFETIME_SECONDS,
    jti: randomUUID(),
    sid: randomUUID(),
  }
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** More than any cache here holds, so that a token that comes again has been forgotten. */
export const POOL_SIZE = 20_480
const BATCH = 64

/** @param signOne makes another token each time */
export async function signPool(size: number, signOne: () => Promise<string>): Promise<string[]> {
  const pool: string[] = []
  while (pool.length < size) {
    pool.push(...(await Promise.all(Array.from({ length: Math.min(BATCH, size - pool.length) }, signOne))))
  }
  return pool
}
