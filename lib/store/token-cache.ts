import type { Awaitable } from '../effects.ts'
import type { Principal } from '../principal.ts'

/** A token that has been verified, by its signature or by its authorization server. */
export interface CachedToken {
  readonly principal: Principal
  /** Thumbprint of the key that signed it: when the key goes, so does the entry. Absent when a server was asked. */
  readonly keyId?: string
  /** Stands for the rules that it was judged by: when they change, the entry no longer counts. */
  readonly rulesId: string
  /** Epoch seconds. */
  readonly expiresAt: number
}

/**
 * Verified tokens, by a key that names the authenticator and the token's SHA-256; never by the token.
 * Losing an entry early is fine. Returning one at or after its `expiresAt` is a security bug, whatever the reads before.
 */
export interface TokenCache {
  get(key: string): Awaitable<CachedToken | undefined>
  set(key: string, token: CachedToken): Awaitable<void>
}
