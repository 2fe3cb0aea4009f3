import { type KeyView, viewOfKey } from '../../keys/key-view.ts'
import type { ApiKeyRecord } from '../../store/key-store.ts'
import { printable, shortened } from '../printable.ts'
import { details } from '../table.ts'
import { dateInWords, timeInWords } from '../time.ts'

export const KEY_COLUMNS: readonly string[] = [
  'ID',
  'OWNER',
  'LABEL',
  'ENVIRONMENT',
  'STATUS',
  'CREATED',
  'LAST USED',
  'EXPIRES',
]

/** A key as a row of a table. */
export function keyRow(key: KeyView, now: number): readonly string[] {
  const { id, owner, environment, createdAt, lastUsedAt, expiresAt } = key
  return [
    id,
    owner,
    shortLabel(key),
    environment,
    statusInWords(key, now, dateInWords),
    dateInWords(createdAt, now),
    lastUsedAt === undefined ? 'never' : dateInWords(lastUsedAt, now),
    expiresAt === undefined ? 'never' : dateInWords(expiresAt, now),
  ]
}

const MAX_LABEL = 32

/** A label as it fits in a table; `keys show` has the whole. */
export function shortLabel({ label = '' }: KeyView): string {
  return shortened(printable(label), MAX_LABEL)
}

/** Everything about one key. */
export function keyDetails(record: ApiKeyRecord, now: number): string {
  const key = viewOfKey(record, now)
  const time = (at: number | undefined) => (at === undefined ? 'never' : timeInWords(at, now))
  const list = (values: readonly string[] | undefined, without: string) => values?.join(', ') || without
  return details([
    ['id', key.id],
    ['owner', key.owner],
    ['label', key.label ?? '-'],
    ['environment', key.environment],
    ['status', statusInWords(key, now, timeInWords)],
    ['scopes', list(key.scopes, 'none')],
    ['roles', list(key.roles, 'none')],
    ['tenant', key.tenantId ?? '-'],
    ['tier', key.tier ?? '-'],
    ['user', key.userId ?? '-'],
    ['networks', list(key.allowedNetworks, 'everywhere')],
    ['routes', list(key.allowedRoutes, 'all that its scopes reach')],
    ['created', time(key.createdAt)],
    ['last used', time(key.lastUsedAt)],
    ['expires', time(key.expiresAt)],
    ...(key.replacedBy === undefined ? [] : [['replaced by', key.replacedBy] as const]),
  ])
}

function statusInWords(key: KeyView, now: number, time: (at: number, now: number) => string): string {
  const { status, revokedAt, graceUntil } = key
  if (status === 'revoked' && revokedAt !== undefined) return `revoked ${time(revokedAt, now)}`
  return status === 'replaced' && graceUntil !== undefined ? `replaced, works until ${time(graceUntil, now)}` : status
}
