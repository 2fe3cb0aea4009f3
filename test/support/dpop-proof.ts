import { hash, randomUUID } from 'node:crypto'
import type { RequestView } from '../../lib/request-view.ts'
import { NOW } from './access-token.ts'
import { requestView } from './request-view.ts'
import type { SigningKey } from './signing-key.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a proof of a test is made of, besides the key: `undefined` leaves a member out. */
export interface ProofParts {
  /** The token that it goes with. */
  readonly token?: string
  readonly claims?: Fields
  readonly header?: Fields
}

/** Where the requests of `requestView()` go. */
export const ORIGIN = 'https://api.example.test'
export const TARGET: string = `${ORIGIN}/orders/42`

/** The members of a public key that make it: RFC 7638 §3.2. */
export function publicJwk({ jwk }: Pick<SigningKey, 'jwk'>): Record<string, string> {
  const members = [jwk.crv, jwk.e, jwk.kty, jwk.n, jwk.x, jwk.y]
  const names = ['crv', 'e', 'kty', 'n', 'x', 'y']
  return Object.fromEntries(names.flatMap((name, index) => (members[index] ? [[name, members[index]]] : [])))
}

/** RFC 7638; the members are in order already. */
export function thumbprintOf(key: Pick<SigningKey, 'jwk'>): string {
  return hash('sha256', JSON.stringify(publicJwk(key)), 'base64url')
}

/** A proof for a request of `requestView()` at {@link NOW}, changed as a test wants it. */
export function dpopProof(key: SigningKey, { token = 'token', claims = {}, header = {} }: ProofParts = {}): string {
  const said = { jti: randomUUID(), htm: 'GET', htu: TARGET, iat: NOW, ath: hash('sha256', token, 'base64url') }
  return key.sign({ ...said, ...claims }, { typ: 'dpop+jwt', jwk: publicJwk(key), kid: undefined, ...header })
}

/** A request that brings a proof, and the token by the scheme for such tokens. */
export function provenRequest(
  proof: string,
  token = 'token',
  rest: Parameters<typeof requestView>[1] = {},
): RequestView {
  return requestView({ authorization: `DPoP ${token}`, dpop: proof }, rest)
}
