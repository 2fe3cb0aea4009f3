import { storedSharedKey } from '../../checked-shared-key.ts'
import type { SharedKeyRecord } from '../secret-store.ts'

/** A record as a row holds it: whole, as JSON, beside what is asked by. */
export interface SharedKeyRow {
  readonly record: string
}

/** Of the length and form that records have. */
const NOBODYS = JSON.stringify({
  owner: 'nobody-in-particular',
  scopes: ['orders:write'],
  keyId: 'hk_00000000-0000-4000-8000-000000000000',
  roles: [],
  createdAt: 1_764_000_000.123,
  secrets: [
    {
      id: 'secret_00000000-0000-4000-8000-000000000000',
      sealed: 'A'.repeat(95),
      sealedUnder: 'A'.repeat(16),
      createdAt: 1_764_000_000.123,
    },
  ],
  version: 1,
} satisfies SharedKeyRecord)

/** Where there is no row, one is read all the same: how long a look-up takes must not tell which key ids there are. */
export function sharedKeyOfRow(row: unknown): SharedKeyRecord | undefined {
  const record = storedSharedKey(JSON.parse(row === undefined ? NOBODYS : (row as SharedKeyRow).record))
  return row === undefined ? undefined : record
}
