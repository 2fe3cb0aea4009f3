import { LRUCache } from 'lru-cache'
import type { Clock } from '../../effects.ts'
import type { CachedToken, TokenCache } from '../token-cache.ts'

/** Verified tokens of this process, in bounded memory, until they expire: reading one never prolongs it. */
export class LocalTokens implements TokenCache {
  readonly #entries: LRUCache<string, CachedToken>
  readonly #now: Clock

  constructor(maxEntries: number, now: Clock) {
    this.#entries = new LRUCache({ max: Math.floor(maxEntries) })
    this.#now = now
  }

  get(key: string): CachedToken | undefined {
    const entry = this.#entries.get(key)
    if (!entry || this.#now() < entry.expiresAt) return entry
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, token: CachedToken): void {
    // Written so that NaN is refused too.
    if (this.#now() < token.expiresAt) this.#entries.set(key, token)
  }
}
