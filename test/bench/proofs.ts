import { createHash, createPrivateKey, type JsonWebKey, randomUUID } from 'node:crypto'
import { signJws, signPool } from './access-tokens.ts'
import { ORDER_PATH } from './servers/order.ts'

/** What a client of DPoP has (RFC 9449): a token that is bound to its key. */
export interface ProofHolder {
  readonly token: string
  readonly privateKey: JsonWebKey
  readonly publicKey: JsonWebKey
}

/** Where clients believe the API to be, whatever port it listens on. */
export const PUBLIC_ORIGIN = 'https://api.example.test'

/** The headers of so many requests, each with a proof of its own: a proof is good once, and not for long. */
export async function provenRequests(
  { token, privateKey, publicKey }: ProofHolder,
  count: number,
): Promise<Record<string, string>[]> {
  const key = createPrivateKey({ key: privateKey, format: 'jwk' })
  const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey }
  const stated = {
    htm: 'GET',
    htu: PUBLIC_ORIGIN + ORDER_PATH,
    ath: createHash('sha256').update(token).digest('base64url'),
  }
  const iat = Math.floor(Date.now() / 1_000)
  const proofs = await signPool(count, () => signJws(header, { ...stated, iat, jti: randomUUID() }, key))
  return proofs.map((proof) => ({ Authorization: `DPoP ${token}`, DPoP: proof }))
}
