import { storedSharedKey } from '../../checked-shared-key.ts'
import type { SharedKeyRecord } from '../secret-store.ts'

/** A record as a row holds it: whole, as JSON, beside what is asked by. */
export interface SharedKeyRow {
  readonly record: string
}

export function sharedKeyOfRow(row: unknown): SharedKeyRecord | undefined {
  return row === undefined ? undefined : storedSharedKey(JSON.parse((row as SharedKeyRow).record))
}
