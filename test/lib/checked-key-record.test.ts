import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answeredRecord, storedRecord } from '../../lib/checked-key-record.ts'
import { DependencyError } from '../../lib/errors.ts'
import { fullKeyRecord, keyRecord } from '../support/key-record.ts'

test('what a backend holds becomes a record that nobody can change', () => {
  const record = storedRecord(structuredClone(fullKeyRecord()))
  assert.deepEqual(record, { ...fullKeyRecord(), id: record.id, hash: record.hash })
  assert.ok(Object.isFrozen(record) && Object.isFrozen(record.scopes) && Object.isFrozen(record.allowedNetworks))
})

test('what is no record is a failed store', () => {
  const wrong = [
    { id: '' },
    { hash: 1 },
    { owner: undefined },
    { environment: null },
    { scopes: 'all' },
    { roles: [1] },
    { createdAt: Number.NaN },
    { expiresAt: 'never' },
    { revokedAt: '' },
    { tenantId: 7 },
    { allowedNetworks: 'all' },
  ]
  for (const fields of wrong) assert.throws(() => storedRecord({ ...keyRecord(), ...fields }), DependencyError)
  for (const value of [undefined, null, 1, 'x', []]) assert.throws(() => storedRecord(value), DependencyError)
})

test('an answer is a record with one of the hashes that were asked for, or none', () => {
  const record = keyRecord()
  assert.equal(answeredRecord(record, ['other', record.hash]), record)
  assert.equal(answeredRecord(undefined, [record.hash]), undefined)
  assert.throws(() => answeredRecord(record, ['other']), DependencyError)
  assert.throws(() => answeredRecord(null, [record.hash]), DependencyError)
})
