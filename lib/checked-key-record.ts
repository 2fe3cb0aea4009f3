import { limitsOf } from './api-key-record.ts'
import { DependencyError } from './errors.ts'
import type { ApiKeyRecord } from './store/key-store.ts'

const TEXTS = ['label', 'tenantId', 'tier', 'userId', 'replacedBy'] as const
const LISTS = ['allowedNetworks', 'allowedRoutes'] as const
const TIMES = ['expiresAt', 'revokedAt', 'lastUsedAt', 'graceUntil'] as const

/**
 * What a backend holds, as a record that nobody can change.
 * @throws DependencyError when it is no API key: an answer that cannot be read is no answer
 */
export function storedRecord(value: unknown): ApiKeyRecord {
  if (!isRecord(value)) throw unreadable()
  for (const list of [value.scopes, value.roles, value.allowedNetworks, value.allowedRoutes]) Object.freeze(list)
  return Object.freeze(value)
}

/**
 * What a store answered to a question for hashes.
 * @throws DependencyError when it is neither a key with one of them nor `undefined`: that is a failure, not a bad key
 */
export function answeredRecord(answer: unknown, hashes: readonly string[]): ApiKeyRecord | undefined {
  if (answer === undefined) return undefined
  if (isRecord(answer) && hashes.includes(answer.hash) && hasReadableLimits(answer)) return answer
  throw unreadable()
}

function hasReadableLimits(record: ApiKeyRecord): boolean {
  try {
    limitsOf(record)
    return true
  } catch {
    return false
  }
}

function unreadable(): DependencyError {
  return new DependencyError('key store', 'answered with something that is no such API key')
}

function isRecord(value: unknown): value is ApiKeyRecord {
  if (typeof value !== 'object' || value === null) return false
  const record = value as Readonly<Record<string, unknown>>
  return (
    isText(record.id) &&
    isText(record.hash) &&
    isText(record.owner) &&
    isText(record.environment) &&
    isList(record.scopes) &&
    isList(record.roles) &&
    Number.isFinite(record.createdAt) &&
    TEXTS.every((name) => record[name] === undefined || typeof record[name] === 'string') &&
    LISTS.every((name) => record[name] === undefined || isList(record[name])) &&
    TIMES.every((name) => record[name] === undefined || Number.isFinite(record[name]))
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}
