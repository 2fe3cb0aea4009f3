import type { KeyObject } from 'node:crypto'
import type { Awaitable } from './effects.ts'

/** The algorithms of HTTP Message Signatures: RFC 9421 §3.3. */
export const SIGNATURE_ALGORITHMS = [
  'ed25519',
  'ecdsa-p256-sha256',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
  'hmac-sha256',
] as const

export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number]

/** A key that a client signs messages with. What it opens is written with it, as with an API key. */
export interface SignatureKey {
  /** As sent in `keyid`. Safe to log. */
  readonly keyId: string
  /** The client that it belongs to: its client id. */
  readonly owner: string
  /** The one algorithm that it is for. What a message says of the algorithm never counts. */
  readonly algorithm: SignatureAlgorithm
  /** The keys that are good now; two while one takes the other's place. Public ones; secret ones for `hmac-sha256`. */
  readonly keys: readonly KeyObject[]
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly tenantId?: string
  readonly tier?: string
  /** Epoch seconds. */
  readonly expiresAt?: number
}

/** Signature keys by their id. One that cannot answer throws: it never says "unknown" for "I don't know". */
export interface SignatureKeys {
  /** `undefined` when there is none, or it is revoked. */
  find(keyId: string): Awaitable<SignatureKey | undefined>
}
