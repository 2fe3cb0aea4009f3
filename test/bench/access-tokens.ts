import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { promisify } from 'node:util'

export const AUDIENCE = 'https://api.example.test'
const KEY_ID = 'bench-1'
const LIFETIME_SECONDS = 3_600

const signAsync = promisify(sign)

/** Signs access tokens of the size and form that real issuers give out (RFC 9068): RS256, about 900 characters. */
export interface TokenSigner {
  readonly jwks: { readonly keys: readonly object[] }
  /** Each token is another one. */
  sign(issuer: string): Promise<string>
}

export function createTokenSigner(): TokenSigner {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const header = part({ alg: 'RS256', kid: KEY_ID, typ: 'at+jwt' })
  return {
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }] },
    async sign(issuer) {
      const signed = `${header}.${part(claims(issuer))}`
      const signature = await signAsync('sha256', Buffer.from(signed), privateKey)
      return `${signed}.${signature.toString('base64url')}`
    },
  }
}

function claims(issuer: string): object {
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

export async function signPool(
  signer: TokenSigner,
  issuer: string,
  size: number,
  progress: (signed: number) => void,
): Promise<string[]> {
  const pool: string[] = []
  while (pool.length < size) {
    const batch = Array.from({ length: Math.min(BATCH, size - pool.length) }, () => signer.sign(issuer))
    pool.push(...(await Promise.all(batch)))
    progress(pool.length)
  }
  return pool
}
