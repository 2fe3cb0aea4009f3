import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiKeyChanges } from '../../../lib/store/key-store.ts'
import { apiKeysFixture, granted } from '../../support/api-keys-fixture.ts'

const FIELDS = { owner: 'acme', environment: 'live', scopes: ['a'], label: 'old', expiresAt: 1_800_000_000 }

test('what may change changes; null takes away', async () => {
  const { keys } = apiKeysFixture()
  const { record } = granted(await keys.create(FIELDS))
  const changed = granted(await keys.update(record.id, { scopes: ['b'], label: null, expiresAt: null, tier: 'gold' }))
  const { label: _label, expiresAt: _expiresAt, ...kept } = record
  assert.deepEqual({ ...changed }, { ...kept, scopes: ['b'], tier: 'gold' })
  assert.deepEqual({ ...(await keys.get(record.id)) }, { ...changed })
})

test('owner, environment, hash and life cannot be changed by an update', async () => {
  const { keys } = apiKeysFixture()
  const { record } = granted(await keys.create(FIELDS))
  for (const name of ['owner', 'environment', 'hash', 'id', 'createdAt', 'revokedAt', 'graceUntil', 'replacedBy']) {
    const answer = await keys.update(record.id, { [name]: 'x' } as ApiKeyChanges)
    assert.match('problem' in answer ? answer.detail : '', new RegExp(`^"${name}" is no field`))
  }
  assert.deepEqual({ ...(await keys.get(record.id)) }, record)
})

test('a change that would make the key unusable is refused', async () => {
  const { keys } = apiKeysFixture()
  const { record } = granted(await keys.create(FIELDS))
  for (const changes of [
    { scopes: ['a b'] },
    { userId: 'ü' },
    { allowedRoutes: [] },
    { scopes: null },
    { expiresAt: -5 },
  ]) {
    const answer = await keys.update(record.id, changes as unknown as ApiKeyChanges)
    assert.equal('problem' in answer && answer.problem, 'invalid', JSON.stringify(changes))
  }
  assert.deepEqual({ ...(await keys.get(record.id)) }, record)
})

test('an unknown key is not found', async () => {
  const answer = await apiKeysFixture().keys.update('key_unknown', { label: 'x' })
  assert.deepEqual(answer, { problem: 'not found', detail: 'there is no key with this id' })
})
