import { endOf } from '../api-key-record.ts'
import type { ApiKeyRecord } from '../store/key-store.ts'

export type KeyStatus = 'active' | 'replaced' | 'revoked' | 'expired'

/** A record as it may be shown: without its hash, with its status. */
export interface KeyView extends Omit<ApiKeyRecord, 'hash'> {
  /** `replaced` works on until `graceUntil`; `revoked` and `expired` don't work. */
  readonly status: KeyStatus
}

/** @param now epoch seconds */
export function viewOfKey({ hash: _hash, ...shown }: ApiKeyRecord, now: number): KeyView {
  return { ...shown, status: statusOf(shown, now) }
}

function statusOf(record: Omit<ApiKeyRecord, 'hash'>, now: number): KeyStatus {
  if (record.revokedAt !== undefined) return 'revoked'
  const end = endOf(record)
  if (end !== undefined && !(now < end)) return 'expired'
  return record.replacedBy === undefined ? 'active' : 'replaced'
}
