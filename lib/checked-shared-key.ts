import type { SealedSecret, SharedKeyRecord } from './store/secret-store.ts'

/**
 * A record as a store holds it: what is no such record is a store that was damaged, never a key that opens something.
 * @throws Error when it is none
 */
export function storedSharedKey(value: unknown): SharedKeyRecord {
  if (typeof value !== 'object' || value === null) throw new Error('the record of a shared key is no record')
  const record = value as Readonly<Record<string, unknown>>
  const isGood =
    ['keyId', 'owner'].every((name) => typeof record[name] === 'string' && record[name] !== '') &&
    ['label', 'tenantId', 'tier'].every((name) => record[name] === undefined || typeof record[name] === 'string') &&
    ['expiresAt', 'revokedAt'].every((name) => record[name] === undefined || Number.isFinite(record[name])) &&
    ['createdAt', 'version'].every((name) => Number.isFinite(record[name])) &&
    ['scopes', 'roles'].every((name) => isListOf(record[name], (item) => typeof item === 'string')) &&
    isListOf(record.secrets, isSealedSecret)
  if (!isGood) throw new Error('the record of a shared key is damaged')
  return value as SharedKeyRecord
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem)
}

function isSealedSecret(value: unknown): value is SealedSecret {
  if (typeof value !== 'object' || value === null) return false
  const { id, sealed, sealedUnder, createdAt, goodUntil } = value as Readonly<Record<string, unknown>>
  return (
    [id, sealed, sealedUnder].every((text) => typeof text === 'string') &&
    Number.isFinite(createdAt) &&
    (goodUntil === undefined || Number.isFinite(goodUntil))
  )
}
