import type { Awaitable } from '../effects.ts'
import type { PrincipalFields } from '../principal.ts'

/** What is known of an API key. Never the key: only its hash. Times are epoch seconds. */
export interface ApiKeyRecord {
  /** Safe to log, and to show. */
  readonly id: string
  /** SHA-256 of the whole key, lower-case hex. */
  readonly hash: string
  /** The client that the key was given to: its client id. */
  readonly owner: string
  readonly label?: string
  /** Such as `live` or `test`. */
  readonly environment: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly tenantId?: string
  /** Names a rate limit. */
  readonly tier?: string
  /** The user for whom the key acts. Without it the key stands for its owner. */
  readonly userId?: string
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
}

/**
 * API keys by hash. An acknowledged write survives a crash as far as the backend promises; a revoked key is seen as
 * revoked by the next look-up. A store that cannot answer throws: it never says "unknown" for "I don't know".
 */
export interface KeyStore {
  findByHash(hash: string): Awaitable<ApiKeyRecord | undefined>
  findById(id: string): Awaitable<ApiKeyRecord | undefined>
  /** @throws Error when the id or the hash is there already */
  insert(record: ApiKeyRecord): Awaitable<void>
  /** Marks a key as revoked; the first time stays. @returns whether there is such a key */
  revoke(id: string, revokedAt: number): Awaitable<boolean>
}

/** Who stands behind a key: the user it acts for, or else its owner, a client. */
export function principalFieldsOf(record: ApiKeyRecord): PrincipalFields {
  return {
    kind: record.userId === undefined ? 'client' : 'user',
    subject: record.userId ?? record.owner,
    method: 'api-key',
    clientId: record.owner,
    tenantId: record.tenantId,
    tier: record.tier,
    roles: record.roles,
    scopes: record.scopes,
    credentialId: record.id,
    expiresAt: record.expiresAt,
  }
}
