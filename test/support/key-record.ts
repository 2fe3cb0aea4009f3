import { createHash } from 'node:crypto'
import type { ApiKeyRecord } from '../../lib/store/key-store.ts'

let made = 0

/** A record that differs from every other in id and hash; ids ascend. */
export function keyRecord(fields: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  const id = `key_${String(++made).padStart(8, '0')}`
  const hash = createHash('sha256').update(id).digest('hex')
  return { id, hash, owner: 'acme', environment: 'live', scopes: [], roles: [], createdAt: 1_764_000_000, ...fields }
}

export function keyRecords(count: number, fields: Partial<ApiKeyRecord> = {}): ApiKeyRecord[] {
  return Array.from({ length: count }, () => keyRecord(fields))
}

/** A record with every field that a key can have. */
export function fullKeyRecord(): ApiKeyRecord {
  return keyRecord({
    label: 'Bestellung größer als 100 €, 注文 🔑 👩‍💻 مفتاح "quoted" \'single\' \\ %_ ?1 $1',
    scopes: ['orders:read', 'orders:write'],
    roles: ['partner'],
    tenantId: 'tenant-7',
    tier: 'gold',
    userId: 'user-42',
    allowedNetworks: ['10.0.0.0/8', '2001:db8::/32'],
    allowedRoutes: ['GET /orders/**'],
    createdAt: 1_764_000_000.123456,
    expiresAt: 4_102_444_799.999999,
    revokedAt: 1_764_000_000.1,
    lastUsedAt: 1_764_000_000.0000002,
    replacedBy: 'key_other',
    graceUntil: 1_764_003_600.75,
  })
}
