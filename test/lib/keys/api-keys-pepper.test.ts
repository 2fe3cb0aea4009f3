import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { Pepper } from '../../../lib/api-key.ts'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import { cachedKeyStore } from '../../../lib/store/cached-key-store.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { apiKeysFixture, granted, pepperOf } from '../../support/api-keys-fixture.ts'
import { keyRequest } from '../../support/key-request.ts'

const FIELDS = { owner: 'acme', environment: 'live' }
const [OLD, NEW] = [pepperOf(1), pepperOf(2)]

function outcomeUnder(store: Parameters<typeof apiKeyAuthenticator>[0]['keys'], peppers: readonly Pepper[]) {
  const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], peppers })
  return async (key: string) => (await authenticator.authenticate(keyRequest(key))).outcome
}

test('under a pepper, the store holds an HMAC that the pepper alone can make', async () => {
  const { keys, store } = apiKeysFixture({ peppers: [OLD] })
  const { key, record } = granted(await keys.create(FIELDS))
  assert.equal(record.hash, createHmac('sha256', OLD).update(key).digest('hex'))
  assert.equal(await outcomeUnder(store, [OLD])(key), 'authenticated')
  assert.equal(await outcomeUnder(store, [])(key), 'rejected')
  assert.equal(await outcomeUnder(store, [NEW])(key), 'rejected')
})

test('a pepper is rotated: old keys work while it is listed, new ones are hashed under the first', async () => {
  const store = memoryKeyStore()
  const before = granted(await apiKeysFixture({ store, peppers: [OLD] }).keys.create(FIELDS))
  const plain = granted(await apiKeysFixture({ store }).keys.create(FIELDS))
  const after = granted(await apiKeysFixture({ store, peppers: [NEW, OLD] }).keys.create(FIELDS))
  const during = outcomeUnder(store, [NEW, OLD])
  for (const { key } of [before, plain, after]) assert.equal(await during(key), 'authenticated')
  const done = outcomeUnder(store, [NEW])
  assert.equal(await done(before.key), 'rejected')
  assert.equal(await done(after.key), 'authenticated')
})

test('authenticators with other peppers share one cache without mixing up their answers', async () => {
  const behind = memoryKeyStore()
  const { keys } = apiKeysFixture({ store: behind, peppers: [OLD] })
  const { key } = granted(await keys.create(FIELDS))
  const store = cachedKeyStore({ store: behind })
  const [both, newOnly] = [outcomeUnder(store, [NEW, OLD]), outcomeUnder(store, [NEW])]
  assert.equal(await newOnly(key), 'rejected')
  assert.equal(await both(key), 'authenticated')
  assert.equal(await newOnly(key), 'rejected')
})

test('a key that was cached under two questions is revoked for both', async () => {
  const behind = memoryKeyStore()
  const store = cachedKeyStore({ store: behind })
  const { keys } = apiKeysFixture({ store, peppers: [OLD] })
  const { key, record } = granted(await keys.create(FIELDS))
  const outcomes = [outcomeUnder(store, [NEW, OLD]), outcomeUnder(store, [OLD])]
  for (const outcome of outcomes) assert.equal(await outcome(key), 'authenticated')
  granted(await keys.revoke(record.id))
  for (const outcome of outcomes) assert.equal(await outcome(key), 'rejected')
})
