import { randomUUID } from 'node:crypto'
import { generateApiKey, hashApiKey, systemRandom } from '../api-key.ts'
import { type Clock, systemClock } from '../effects.ts'
import { assertKnownKeys, assertPositiveNumber, assertString, invalidOption } from '../options.ts'
import { createPrincipal } from '../principal.ts'
import type { ApiKeyRecord } from '../store/key-store.ts'
import { principalFieldsOf } from '../store/key-store.ts'

export interface IssueApiKeyOptions {
  readonly owner: string
  readonly label?: string
  /** Default `sk`. */
  readonly prefix?: string
  /** Such as `live` or `test`. A boundary says which it accepts. */
  readonly environment: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  readonly tenantId?: string
  readonly tier?: string
  readonly userId?: string
  /** Epoch seconds. */
  readonly expiresAt?: number
  readonly now?: Clock
  /** Cryptographically strong random bytes. */
  readonly random?: (size: number) => Uint8Array
}

export interface IssuedApiKey {
  /** The key itself. It exists here and nowhere else: show it once. */
  readonly key: string
  /** What a store keeps. */
  readonly record: ApiKeyRecord
}

const TEXT_OPTIONS = ['label', 'tenantId', 'tier', 'userId'] as const
const OPTIONS = ['owner', 'prefix', 'environment', 'scopes', 'roles', 'expiresAt', 'now', 'random', ...TEXT_OPTIONS]

/**
 * Makes a new API key and the record to insert into a `KeyStore`.
 * @throws TypeError when an option is wrong, or its principal could not be represented in headers
 */
export function issueApiKey(options: IssueApiKeyOptions): IssuedApiKey {
  assertKnownKeys('issueApiKey', options, OPTIONS)
  assertString('issueApiKey', 'owner', options.owner)
  if (options.expiresAt !== undefined) assertPositiveNumber('issueApiKey', 'expiresAt', options.expiresAt)
  const { now = systemClock, random = systemRandom } = options
  const key = generateApiKey(options.prefix ?? 'sk', options.environment, random)
  const record: Record<string, unknown> = {
    id: `key_${randomUUID()}`,
    hash: hashApiKey(key),
    owner: options.owner,
    environment: options.environment,
    scopes: options.scopes ?? [],
    roles: options.roles ?? [],
    createdAt: now(),
  }
  for (const name of [...TEXT_OPTIONS, 'expiresAt'] as const) {
    if (options[name] !== undefined) record[name] = options[name]
  }
  const made = record as unknown as ApiKeyRecord
  const principal = createPrincipal(principalFieldsOf(made))
  if (principal instanceof Error) throw invalidOption('issueApiKey', principal.reason)
  return { key, record: made }
}
