import { type JsonWebKey, KeyObject } from 'node:crypto'
import { generateKeyPair, generateProof } from 'dpop'
import { signIn } from './sign-in.ts'
import type { DemoState } from './state-file.ts'

/** An access token of a user that is worth nothing without its key (RFC 9449), and what proves the key. */
export interface BoundToken {
  readonly accessToken: string
  /** The private key. */
  readonly privateKey: JsonWebKey
  /** A proof for one request: made anew for each. */
  proof(method: string, url: string): Promise<string>
}

export async function boundToken(
  { issuer, audience }: Pick<DemoState, 'issuer' | 'audience'>,
  username: string,
): Promise<BoundToken> {
  const keyPair = await generateKeyPair('ES256', { extractable: true })
  const accessToken = await signIn({ issuer, audience, username, keyPair })
  const privateKey = KeyObject.from(keyPair.privateKey).export({ format: 'jwk' })
  const proof = (method: string, url: string) => generateProof(keyPair, url, method, undefined, accessToken)
  return { accessToken, privateKey, proof }
}
