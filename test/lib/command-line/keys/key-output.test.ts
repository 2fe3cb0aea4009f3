import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KEY_COLUMNS, keyDetails, keyRow, shortLabel } from '../../../../lib/command-line/keys/key-output.ts'
import { viewOfKey } from '../../../../lib/keys/key-view.ts'
import { NOW } from '../../../support/command-line.ts'
import { fullKeyRecord, keyRecord } from '../../../support/key-record.ts'

const DAY = 86_400

test('a row has a cell for each column, with dates and words', () => {
  const record = keyRecord({ createdAt: NOW - 3 * DAY, lastUsedAt: NOW - DAY, expiresAt: NOW + 60 * DAY })
  const row = keyRow(viewOfKey(record, NOW), NOW)
  assert.equal(row.length, KEY_COLUMNS.length)
  assert.deepEqual(row, [
    ...[record.id, 'acme', '', 'live', 'active'],
    ...['2025-11-21 (3 days ago)', '2025-11-23 (1 day ago)', '2026-01-23 (in 2 months)'],
  ])
})

test('the status says since when, or until when', () => {
  const status = (fields: Parameters<typeof keyRecord>[0]) => keyRow(viewOfKey(keyRecord(fields), NOW), NOW)[4]
  assert.equal(status({ revokedAt: NOW - DAY }), 'revoked 2025-11-23 (1 day ago)')
  assert.equal(status({ replacedBy: 'key_2', graceUntil: NOW + DAY }), 'replaced, works until 2025-11-25 (in 1 day)')
  assert.equal(status({ expiresAt: NOW - 1 }), 'expired')
})

test('the details hold every field and never the hash', () => {
  const record = fullKeyRecord()
  const text = keyDetails(record, NOW)
  assert.equal(text.includes(record.hash), false)
  for (const value of [
    record.id,
    'tenant-7',
    'gold',
    'user-42',
    '10.0.0.0/8, 2001:db8::/32',
    'GET /orders/**',
    'key_other',
  ]) {
    assert.ok(text.includes(value), value)
  }
})

test('what is not limited is said', () => {
  const text = keyDetails(keyRecord(), NOW)
  assert.match(text, /networks +everywhere\n/)
  assert.match(text, /routes +all that its scopes reach\n/)
  assert.match(text, /expires +never\n/)
})

test('a table has short labels, and whole ids and owners', () => {
  const key = viewOfKey(keyRecord({ id: `key_${'1'.repeat(60)}`, owner: 'o'.repeat(60), label: 'l'.repeat(60) }), NOW)
  assert.equal(shortLabel(key), `${'l'.repeat(31)}…`)
  assert.deepEqual(keyRow(key, NOW).slice(0, 3), [key.id, key.owner, shortLabel(key)])
})
