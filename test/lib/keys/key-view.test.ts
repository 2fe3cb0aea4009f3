import assert from 'node:assert/strict'
import { test } from 'node:test'
import { viewOfKey } from '../../../lib/keys/key-view.ts'
import { fullKeyRecord, keyRecord } from '../../support/key-record.ts'

const NOW = 1_764_000_100

test('a view shows everything but the hash', () => {
  const record = fullKeyRecord()
  const { hash, ...shown } = record
  assert.deepEqual(viewOfKey(record, NOW), { ...shown, status: 'revoked' })
  assert.ok(!JSON.stringify(viewOfKey(record, NOW)).includes(hash))
})

test('a view says whether the key works', () => {
  const statusOf = (fields: Parameters<typeof keyRecord>[0]) => viewOfKey(keyRecord(fields), NOW).status
  assert.equal(statusOf({}), 'active')
  assert.equal(statusOf({ expiresAt: NOW + 1 }), 'active')
  assert.equal(statusOf({ expiresAt: NOW }), 'expired')
  assert.equal(statusOf({ replacedBy: 'key_x', graceUntil: NOW + 1 }), 'replaced')
  assert.equal(statusOf({ replacedBy: 'key_x', graceUntil: NOW }), 'expired')
  assert.equal(statusOf({ revokedAt: 1, expiresAt: 2 }), 'revoked')
})
