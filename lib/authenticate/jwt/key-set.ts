import type { Awaitable } from '../../effects.ts'
import type { JwsAlgorithm } from './algorithms.ts'
import type { VerificationKey } from './verification-keys.ts'

/** The keys of one issuer. */
export interface KeySet {
  /**
   * The key for a token; `undefined` when the set has none.
   * @param keyId the token's `kid`; without it the set's only key, if it has one only
   * @throws DependencyError (or rejects) when the set cannot be had: that is 503, not a bad token
   */
  find(keyId: string | undefined, algorithm: JwsAlgorithm): Awaitable<VerificationKey | undefined>
  /** Whether the set, as it is known now, still has the key that verified a cached token. Never waits. */
  holds(id: string): boolean
}

/** Keys, ready to be looked up. */
export class KeyIndex {
  readonly #byKeyId = new Map<string, VerificationKey[]>()
  readonly #ids: ReadonlySet<string>
  readonly #only: VerificationKey | undefined

  constructor(keys: readonly VerificationKey[]) {
    this.#ids = new Set(keys.map((key) => key.id))
    this.#only = keys.length === 1 ? keys[0] : undefined
    for (const key of keys) {
      if (key.keyId === undefined) continue
      const list = this.#byKeyId.get(key.keyId)
      if (list) list.push(key)
      else this.#byKeyId.set(key.keyId, [key])
    }
  }

  find(keyId: string | undefined, algorithm: JwsAlgorithm): VerificationKey | undefined {
    const candidates = keyId === undefined ? (this.#only ? [this.#only] : []) : (this.#byKeyId.get(keyId) ?? [])
    return candidates.find((key) => key.algorithms.includes(algorithm))
  }

  holds(id: string): boolean {
    return this.#ids.has(id)
  }
}
