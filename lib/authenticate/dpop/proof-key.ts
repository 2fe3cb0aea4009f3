import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { algorithmsOf, type JwsAlgorithm } from '../jwt/algorithms.ts'

/** What of a JWK makes the key, in the order of its thumbprint: RFC 7638 §3.2, RFC 8037 §2. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}
/** What only private and symmetric keys have: RFC 7518 §6.2.2, §6.3.2, §6.4. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const VALUE = /^[A-Za-z0-9_-]+$/

/** The public key that a proof brings along. */
export interface ProofKey {
  readonly jwk: Readonly<Record<string, string>>
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string
}

/**
 * Reads the `jwk` of a proof: RFC 9449 §4.2. Only what makes the key is taken over.
 * @returns a word for the log when it is to be refused
 */
export function readProofKey(jwk: unknown, algorithm: JwsAlgorithm): ProofKey | string {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return 'no jwk'
  const given = jwk as Readonly<Record<string, unknown>>
  if (SECRET_MEMBERS.some((name) => name in given)) return 'private key'
  const { kty, alg = algorithm, use = 'sig', key_ops: operations = ['verify'] } = given
  if (alg !== algorithm || use !== 'sig') return 'key for something else'
  if (!Array.isArray(operations) || !operations.includes('verify')) return 'key for something else'
  const names = typeof kty === 'string' && Object.hasOwn(MEMBERS, kty) ? MEMBERS[kty] : undefined
  if (!names) return 'kind of key'
  const members: Record<string, string> = {}
  for (const name of names) {
    const value = given[name]
    if (typeof value !== 'string' || !VALUE.test(value)) return 'jwk'
    members[name] = value
  }
  return { jwk: members, thumbprint: hash('sha256', JSON.stringify(members), 'base64url') }
}

interface PreparedKey {
  readonly key: KeyObject
  readonly algorithms: readonly JwsAlgorithm[]
}

const MAX_KEYS = 10_000

/** Keys that are prepared once, by thumbprint. Ask only with keys that a good token names: nobody else fills it. */
export class ProofKeys {
  readonly #prepared = new LRUCache<string, PreparedKey>({ max: MAX_KEYS })

  /** The key, if it is strong and made for that algorithm. */
  find({ jwk, thumbprint }: ProofKey, algorithm: JwsAlgorithm): KeyObject | undefined {
    let prepared = this.#prepared.get(thumbprint)
    if (!prepared) {
      const key = readKey(jwk)
      if (!key) return undefined
      prepared = { key, algorithms: algorithmsOf(key) }
      this.#prepared.set(thumbprint, prepared)
    }
    return prepared.algorithms.includes(algorithm) ? prepared.key : undefined
  }
}

function readKey(jwk: ProofKey['jwk']): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}
