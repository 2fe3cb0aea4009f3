import type { Awaitable } from '../effects.ts'

/** What is known of an API key. Never the key: only its hash. Times are epoch seconds. */
export interface ApiKeyRecord {
  /** Safe to log, and to show. */
  readonly id: string
  /** Lower-case hex: SHA-256 of the whole key, or its HMAC-SHA-256 under a pepper. */
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
  /** Addresses and CIDR ranges from which it may be used; everywhere when absent. */
  readonly allowedNetworks?: readonly string[]
  /** Routes that it may be used on, such as `GET /orders/**`; all that its scopes reach when absent. */
  readonly allowedRoutes?: readonly string[]
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
  /** Not exact: written at intervals. */
  readonly lastUsedAt?: number
  /** The id of the key that took its place. */
  readonly replacedBy?: string
  /** Until when it goes on working after it was replaced. */
  readonly graceUntil?: number
}

/** What may change while a key lives; `null` takes a value away. */
export interface ApiKeyChanges {
  readonly label?: string | null
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly tenantId?: string | null
  readonly tier?: string | null
  readonly userId?: string | null
  readonly allowedNetworks?: readonly string[] | null
  readonly allowedRoutes?: readonly string[] | null
  readonly expiresAt?: number | null
}

export interface KeyQuery {
  readonly owner?: string
  /** Only keys that were not used since, or never, and were made before. Epoch seconds. */
  readonly unusedSince?: number
  /** Only keys that expire before. Epoch seconds. */
  readonly expiringBefore?: number
  /** Only keys that have neither ended by then nor been replaced. Epoch seconds. */
  readonly activeAt?: number
  /** Continue after this id: the last of the page before. */
  readonly after?: string
  /** The length of a page. */
  readonly limit: number
}

export interface KeyUse {
  readonly id: string
  readonly usedAt: number
}

/** The id or the hash of a new key is there already. */
export class DuplicateKeyError extends Error {
  override readonly name = 'DuplicateKeyError'
}

/**
 * API keys by hash. An acknowledged write survives a crash as far as the backend promises; a key that was revoked is seen
 * as revoked by the next look-up. A store that cannot answer throws: it never says "unknown" for "I don't know".
 */
export interface KeyStore {
  /** The key with one of these hashes, in one round trip. */
  findByHash(hashes: readonly string[]): Awaitable<ApiKeyRecord | undefined>
  findById(id: string): Awaitable<ApiKeyRecord | undefined>
  /** @throws DuplicateKeyError */
  insert(record: ApiKeyRecord): Awaitable<void>
  /** @returns the record as it is then; `undefined` when there is none */
  update(id: string, changes: ApiKeyChanges): Awaitable<ApiKeyRecord | undefined>
  /**
   * Puts `successor` in a key's place, in one step: of two callers at once one succeeds.
   * @returns the old record as it is then; `undefined` when there is none, or it is revoked or replaced already
   * @throws DuplicateKeyError
   */
  replace(id: string, successor: ApiKeyRecord, graceUntil: number): Awaitable<ApiKeyRecord | undefined>
  /** Marks a key as revoked; the first time stays. @returns the record as it is then; `undefined` when there is none */
  revoke(id: string, revokedAt: number): Awaitable<ApiKeyRecord | undefined>
  /** Keys by id, ascending. */
  list(query: KeyQuery): Awaitable<readonly ApiKeyRecord[]>
  /**
   * Notes when keys were last used. A time that is not at least `intervalSeconds` later than the one that is there
   * changes nothing, so that many instances write each key once per interval.
   */
  touch(uses: readonly KeyUse[], intervalSeconds: number): Awaitable<void>
}

/** Applies changes to a record: for stores that keep records whole. */
export function withChanges(record: ApiKeyRecord, changes: ApiKeyChanges): ApiKeyRecord {
  const changed: Record<string, unknown> = { ...record }
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete changed[name]
    else if (value !== undefined) changed[name] = value
  }
  return changed as unknown as ApiKeyRecord
}

/** Whether a query asks for a record: for stores that cannot ask in a language of their own. */
export function isAskedFor(record: ApiKeyRecord, query: KeyQuery): boolean {
  const { owner, unusedSince, expiringBefore, activeAt, after } = query
  if (after !== undefined && !(record.id > after)) return false
  if (owner !== undefined && record.owner !== owner) return false
  if (activeAt !== undefined && !isActive(record, activeAt)) return false
  if (unusedSince !== undefined && !((record.lastUsedAt ?? record.createdAt) < unusedSince)) return false
  return expiringBefore === undefined || (record.expiresAt !== undefined && record.expiresAt < expiringBefore)
}

function isActive({ revokedAt, replacedBy, expiresAt }: ApiKeyRecord, at: number): boolean {
  return revokedAt === undefined && replacedBy === undefined && (expiresAt === undefined || at < expiresAt)
}
