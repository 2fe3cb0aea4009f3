import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import { cachedKeyStore } from '../../../lib/store/cached-key-store.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { apiKeysFixture, granted } from '../../support/api-keys-fixture.ts'
import { keyRequest } from '../../support/key-request.ts'
import { testClock } from '../../support/test-clock.ts'

const FIELDS = { owner: 'acme', environment: 'live' }

test('a revoked key stops working at once where it is revoked, and within the bound elsewhere', async () => {
  const clock = testClock()
  const behind = memoryKeyStore()
  const here = cachedKeyStore({ store: behind, ttlSeconds: 30, now: clock.now })
  const elsewhere = cachedKeyStore({ store: behind, ttlSeconds: 30, now: clock.now })
  const { keys } = apiKeysFixture({ store: here, now: clock.now })
  const { key, record } = granted(await keys.create(FIELDS))
  const outcomeAt = async (store: typeof here) => {
    const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], now: clock.now })
    return (await authenticator.authenticate(keyRequest(key))).outcome
  }
  assert.deepEqual([await outcomeAt(here), await outcomeAt(elsewhere)], ['authenticated', 'authenticated'])
  granted(await keys.revoke(record.id))
  assert.equal(await outcomeAt(here), 'rejected')
  clock.at += 30
  assert.equal(await outcomeAt(elsewhere), 'rejected')
})

test('revoking again changes nothing, and is no error', async () => {
  const { keys, clock } = apiKeysFixture()
  const { record } = granted(await keys.create(FIELDS))
  const first = granted(await keys.revoke(record.id))
  clock.at += 50
  assert.deepEqual(await keys.revoke(record.id), first)
})

test('an unknown key is not found; what was asked for is told back in short', async () => {
  const { keys } = apiKeysFixture()
  const answer = await keys.revoke('x'.repeat(500))
  assert.ok('problem' in answer)
  assert.equal(answer.problem, 'not found')
  assert.ok(answer.detail.length < 100)
})
