import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'oidc-provider'

const RSA_MODULUS_BITS = 2048

const generate = promisify(generateKeyPair)

/** Fresh private keys, one per algorithm: tokens of an earlier run are worth nothing in this one. */
export async function createSigningKeys(): Promise<JWK[]> {
  const [rsa, ec] = await Promise.all([
    generate('rsa', { modulusLength: RSA_MODULUS_BITS }),
    generate('ec', { namedCurve: 'P-256' }),
  ])
  return [signingKey(rsa.privateKey, 'RS256'), signingKey(ec.privateKey, 'ES256')]
}

function signingKey(key: KeyObject, alg: string): JWK {
  return { ...key.export({ format: 'jwk' }), kid: `demo-${alg.toLowerCase()}`, alg, use: 'sig' } as JWK
}
