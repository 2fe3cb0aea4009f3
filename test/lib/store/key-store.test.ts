import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAskedFor, type KeyQuery, withChanges } from '../../../lib/store/key-store.ts'
import { keyRecord } from '../../support/key-record.ts'

test('a change sets what it names, takes away what is null, and leaves the rest', () => {
  const record = keyRecord({ label: 'old', tier: 'gold' })
  const { tier: _tier, ...rest } = record
  assert.deepEqual(withChanges(record, { label: 'new', tier: null }), { ...rest, label: 'new' })
  assert.equal('tier' in withChanges(record, { tier: null }), false)
  assert.deepEqual(withChanges(record, {}), record)
})

test('a query asks for what meets all of its conditions', () => {
  const record = keyRecord({ owner: 'a', createdAt: 100, expiresAt: 900 })
  const asks = (query: Partial<KeyQuery>, fields = {}) => isAskedFor({ ...record, ...fields }, { limit: 1, ...query })
  assert.ok(asks({}))
  assert.ok(asks({ owner: 'a', unusedSince: 101, expiringBefore: 901, activeAt: 899 }))
  assert.ok(!asks({ owner: 'b' }))
  assert.ok(!asks({ after: record.id }))
  assert.ok(!asks({ unusedSince: 100 }))
  assert.ok(!asks({ unusedSince: 300 }, { lastUsedAt: 300 }))
  assert.ok(!asks({ expiringBefore: 900 }))
  assert.ok(!asks({ activeAt: 900 }))
  assert.ok(!asks({ activeAt: 1 }, { revokedAt: 1 }))
  assert.ok(!asks({ activeAt: 1 }, { replacedBy: 'x' }))
})
