import type { KeyObject } from 'node:crypto'
import type { Awaitable } from './effects.ts'

/** A key that a client shares with us, to sign with. What it opens is written with it, as with an API key. */
export interface SharedKey {
  /** As sent. Safe to log. */
  readonly keyId: string
  /** The client that it was given to: its client id. */
  readonly owner: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly tenantId?: string
  readonly tier?: string
  /** Epoch seconds. */
  readonly expiresAt?: number
  /**
   * The secrets that are good now, newest first; two while one takes the other's place. `KeyObject`s, for nothing that
   * prints them shows them.
   */
  readonly secrets: readonly KeyObject[]
}

/** Shared keys by their id. One that cannot answer throws: it never says "unknown" for "I don't know". */
export interface SharedKeys {
  /** `undefined` when there is none, or it is revoked. */
  find(keyId: string): Awaitable<SharedKey | undefined>
}
