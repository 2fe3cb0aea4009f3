import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import { cachedKeyStore } from '../../../lib/store/cached-key-store.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { apiKeysFixture, granted } from '../../support/api-keys-fixture.ts'
import { keyRequest } from '../../support/key-request.ts'
import { testClock } from '../../support/test-clock.ts'

const FIELDS = { owner: 'acme', environment: 'live', label: 'shop', scopes: ['orders:read'], tier: 'gold', userId: 'u' }

for (const cached of [false, true]) {
  test(`both keys work until the grace ends, then the new one alone${cached ? ', in a cache too' : ''}`, async () => {
    const clock = testClock()
    const behind = memoryKeyStore()
    const store = cached ? cachedKeyStore({ store: behind, ttlSeconds: 100_000, now: clock.now }) : behind
    const { keys } = apiKeysFixture({ store, now: clock.now })
    const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], now: clock.now })
    const outcome = async (key: string) => (await authenticator.authenticate(keyRequest(key))).outcome
    const old = granted(await keys.create(FIELDS))
    assert.equal(await outcome(old.key), 'authenticated')
    const rotated = granted(await keys.rotate(old.record.id, 3_600))
    assert.equal(rotated.replaced.graceUntil, clock.at + 3_600)
    clock.at += 3_599.5
    assert.equal(await outcome(old.key), 'authenticated')
    assert.equal(await outcome(rotated.key), 'authenticated')
    clock.at += 0.5
    assert.equal(await outcome(old.key), 'rejected')
    assert.equal(await outcome(rotated.key), 'authenticated')
  })
}

test('during the grace the principal ends with it: no socket or cache outlives the old key', async () => {
  const { keys, store, clock } = apiKeysFixture()
  const old = granted(await keys.create({ ...FIELDS, expiresAt: clock.at + 10_000 }))
  await keys.rotate(old.record.id, 60)
  const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], now: clock.now })
  const answer = await authenticator.authenticate(keyRequest(old.key))
  assert.equal(answer.outcome === 'authenticated' && answer.principal.expiresAt, clock.at + 60)
})

test('a rotation without grace ends the old key at once', async () => {
  const { keys, store, clock } = apiKeysFixture()
  const old = granted(await keys.create(FIELDS))
  await keys.rotate(old.record.id, 0)
  const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], now: clock.now })
  assert.equal((await authenticator.authenticate(keyRequest(old.key))).outcome, 'rejected')
})

test('the new key inherits what the old one may do, and nothing of its life', async () => {
  const { keys, store, clock } = apiKeysFixture()
  const old = granted(await keys.create({ ...FIELDS, allowedRoutes: ['/orders/**'], allowedNetworks: ['10.0.0.0/8'] }))
  await store.touch([{ id: old.record.id, usedAt: clock.at }], 1)
  clock.at += 100
  const { record, replaced } = granted(await keys.rotate(old.record.id, 60))
  const { id, hash, createdAt, ...inherited } = record
  const { id: oldId, hash: oldHash, createdAt: _created, ...before } = old.record
  assert.deepEqual(inherited, before)
  assert.notEqual(id, oldId)
  assert.notEqual(hash, oldHash)
  assert.equal(createdAt, clock.at)
  assert.equal(replaced.replacedBy, id)
})

test('a key is rotated once; its successor is named to whoever tries again', async () => {
  const { keys } = apiKeysFixture()
  const old = granted(await keys.create(FIELDS))
  const first = granted(await keys.rotate(old.record.id, 60))
  const again = await keys.rotate(old.record.id, 60)
  assert.deepEqual(again, { problem: 'replaced', detail: `the key was rotated already; rotate ${first.record.id}` })
  granted(await keys.rotate(first.record.id, 60))
})

test('of two rotations at once one makes a key', async () => {
  const { keys } = apiKeysFixture()
  const old = granted(await keys.create(FIELDS))
  const answers = await Promise.all([keys.rotate(old.record.id, 60), keys.rotate(old.record.id, 60)])
  assert.equal(answers.filter((answer) => 'key' in answer).length, 1)
  assert.equal((await keys.list()).records.length, 2)
})

test('a key that is revoked, expired or unknown is not rotated', async () => {
  const { keys, clock } = apiKeysFixture()
  const revoked = granted(await keys.create(FIELDS))
  await keys.revoke(revoked.record.id)
  const expired = granted(await keys.create({ ...FIELDS, expiresAt: clock.at + 10 }))
  clock.at += 10
  const problems = await Promise.all(
    [revoked.record.id, expired.record.id, 'key_unknown'].map((id) => keys.rotate(id, 60)),
  )
  assert.deepEqual(
    problems.map((answer) => 'problem' in answer && answer.problem),
    ['revoked', 'expired', 'not found'],
  )
  assert.equal((await keys.list()).records.length, 2)
})

test('a grace that is no time, or longer than a year, is refused', async () => {
  const { keys } = apiKeysFixture()
  const { record } = granted(await keys.create(FIELDS))
  for (const grace of [-1, Number.NaN, Number.POSITIVE_INFINITY, 366 * 86_400]) {
    const answer = await keys.rotate(record.id, grace)
    assert.equal('problem' in answer && answer.problem, 'invalid')
  }
  assert.equal((await keys.get(record.id))?.replacedBy, undefined)
})

test('a rotated key can still be revoked within its grace; the successor lives on', async () => {
  const { keys, store, clock } = apiKeysFixture()
  const old = granted(await keys.create(FIELDS))
  const next = granted(await keys.rotate(old.record.id, 3_600))
  granted(await keys.revoke(old.record.id))
  const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], now: clock.now })
  assert.equal((await authenticator.authenticate(keyRequest(old.key))).outcome, 'rejected')
  assert.equal((await authenticator.authenticate(keyRequest(next.key))).outcome, 'authenticated')
})
