import { storedRecord } from '../../checked-key-record.ts'
import type { ApiKeyChanges, ApiKeyRecord } from '../key-store.ts'

/** A record's fields and the columns that the SQL stores keep them in. Lists are JSON text. */
export const API_KEY_COLUMNS: readonly (readonly [field: keyof ApiKeyRecord, column: string])[] = [
  ['id', 'id'],
  ['hash', 'hash'],
  ['owner', 'owner'],
  ['label', 'label'],
  ['environment', 'environment'],
  ['scopes', 'scopes'],
  ['roles', 'roles'],
  ['tenantId', 'tenant_id'],
  ['tier', 'tier'],
  ['userId', 'user_id'],
  ['allowedNetworks', 'allowed_networks'],
  ['allowedRoutes', 'allowed_routes'],
  ['createdAt', 'created_at'],
  ['expiresAt', 'expires_at'],
  ['revokedAt', 'revoked_at'],
  ['lastUsedAt', 'last_used_at'],
  ['replacedBy', 'replaced_by'],
  ['graceUntil', 'grace_until'],
]

export const API_KEY_COLUMN_NAMES: readonly string[] = API_KEY_COLUMNS.map(([, column]) => column)

export type SqlValue = string | number | null
export type Row = Readonly<Record<string, SqlValue>>

const LISTS: ReadonlySet<string> = new Set(['scopes', 'roles', 'allowedNetworks', 'allowedRoutes'])

/** @throws Error when the row is not what this store wrote */
export function recordOfRow(row: Row): ApiKeyRecord {
  const record: Record<string, unknown> = {}
  for (const [field, column] of API_KEY_COLUMNS) {
    const value = row[column]
    if (value !== null && value !== undefined) record[field] = LISTS.has(field) ? JSON.parse(String(value)) : value
  }
  return storedRecord(record)
}

/** A record's values in the order of the columns. */
export function valuesOfRecord(record: ApiKeyRecord): SqlValue[] {
  return API_KEY_COLUMNS.map(([field]) => sqlValue(record[field]))
}

/** Changes as columns and their new values. */
export function columnsOfChanges(changes: ApiKeyChanges): { readonly columns: string[]; readonly values: SqlValue[] } {
  const columns: string[] = []
  const values: SqlValue[] = []
  for (const [field, column] of API_KEY_COLUMNS) {
    const value = changes[field as keyof ApiKeyChanges]
    if (value === undefined) continue
    columns.push(column)
    values.push(sqlValue(value))
  }
  return { columns, values }
}

function sqlValue(value: string | number | readonly string[] | null | undefined): SqlValue {
  if (value === undefined || value === null) return null
  return typeof value === 'object' ? JSON.stringify(value) : value
}
