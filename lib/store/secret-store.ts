import type { Awaitable } from '../effects.ts'

/** A secret as it is kept: encrypted, for it cannot be hashed. Times are epoch seconds. */
export interface SealedSecret {
  /** Safe to log, and to show. */
  readonly id: string
  /** Base64url: nonce, ciphertext and tag of AES-256-GCM. */
  readonly sealed: string
  /** Names the key that it is sealed under. */
  readonly sealedUnder: string
  readonly createdAt: number
  /** Until when it goes on working after another took its place. */
  readonly goodUntil?: number
}

/** What is known of a key that a client shares with us. */
export interface SharedKeyRecord {
  /** As sent in requests. Safe to log, and to show. */
  readonly keyId: string
  /** The client that it was given to: its client id. */
  readonly owner: string
  readonly label?: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly tenantId?: string
  /** Names a rate limit. */
  readonly tier?: string
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
  /** Newest first. */
  readonly secrets: readonly SealedSecret[]
  /** Counts the changes: 1 for a new one. */
  readonly version: number
}

export interface SharedKeyQuery {
  readonly owner?: string
  /** Continue after this key id: the last of the page before. */
  readonly after?: string
  /** The length of a page. */
  readonly limit: number
}

/**
 * Shared keys by their id. An acknowledged write survives a crash as far as the backend promises; a key that was revoked is
 * seen as revoked by the next look-up. A store that cannot answer throws: it never says "unknown" for "I don't know".
 */
export interface SecretStore {
  find(keyId: string): Awaitable<SharedKeyRecord | undefined>
  /** @returns false when the key id is taken */
  insert(record: SharedKeyRecord): Awaitable<boolean>
  /**
   * Writes a record in place of the version before it, in one step: of two who change one at once, one succeeds.
   * @returns false when there is none, or it has another version by now
   */
  replace(record: SharedKeyRecord): Awaitable<boolean>
  /** Keys by id, ascending by code units. */
  list(query: SharedKeyQuery): Awaitable<readonly SharedKeyRecord[]>
}
