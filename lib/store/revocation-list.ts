import type { Awaitable } from '../effects.ts'
import type { Principal } from '../principal.ts'

/** What of tokens is no longer good. `issuer` limits it to the tokens of one; without it, it counts for every issuer. */
export type Revocation = RevokedTokens & {
  readonly issuer?: string
  /** Epoch seconds: when the last token that it kills has expired. Until then it must not be forgotten. */
  readonly expiresAt: number
}

type RevokedTokens =
  /** One token, by its `jti`. */
  | { readonly kind: 'token'; readonly tokenId: string }
  /** The tokens of one login, by their `sid`. */
  | { readonly kind: 'session'; readonly sessionId: string }
  /** The tokens of a client: all, or those issued before a time. */
  | { readonly kind: 'client'; readonly clientId: string; readonly issuedBefore?: number }
  /** The tokens about a subject that were issued before a time (epoch seconds). A token without `iat` is one of them. */
  | { readonly kind: 'subject'; readonly subject: string; readonly issuedBefore: number }
  /** The tokens about a subject whose `token_version` is below this. A token without one is one of them. */
  | { readonly kind: 'version'; readonly subject: string; readonly minVersion: number }

/** The tokens that are no longer good, before they expire. Asked for every request, cached tokens included. */
export interface RevocationList {
  /**
   * Whether a token's principal is revoked. Local and at once: no request waits for another server.
   * @throws DependencyError when a strict list has not heard of changes for too long: that is 503, never access
   */
  covers(principal: Principal): boolean
  /** Resolves when the revocation is durable, and counts in this process. */
  revoke(revocation: Revocation): Awaitable<void>
}
