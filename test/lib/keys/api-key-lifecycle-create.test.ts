import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashApiKey, parseApiKey } from '../../../lib/api-key.ts'
import { apiKeys } from '../../../lib/keys/api-keys.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { apiKeysFixture, granted } from '../../support/api-keys-fixture.ts'

const FIELDS = {
  owner: 'acme',
  label: 'Bestellungen 注文',
  environment: 'live',
  scopes: ['orders:read'],
  roles: ['partner'],
  tenantId: 't-1',
  tier: 'gold',
  userId: 'u-1',
  allowedNetworks: ['10.0.0.0/8'],
  allowedRoutes: ['GET /orders/**'],
  expiresAt: 1_795_536_000.5,
}

test('a new key is returned once; the store holds its hash and every field', async () => {
  const { keys, store } = apiKeysFixture()
  const { key, record } = granted(await keys.create(FIELDS))
  assert.deepEqual(parseApiKey(key), { prefix: 'sk', environment: 'live' })
  const stored = await store.findById(record.id)
  assert.deepEqual({ ...stored }, { id: record.id, hash: hashApiKey(key), createdAt: 1_764_000_000, ...FIELDS })
  assert.deepEqual({ ...stored }, record)
  assert.equal(JSON.stringify(stored).includes(key), false)
  assert.equal(JSON.stringify(await keys.list()).includes(key), false)
})

test('owner and environment are enough', async () => {
  const { keys } = apiKeysFixture()
  const { record } = granted(await keys.create({ owner: 'acme', environment: 'test', label: undefined }))
  const { id, hash } = record
  const rest = { owner: 'acme', environment: 'test', scopes: [], roles: [], createdAt: 1_764_000_000 }
  assert.deepEqual(record, { id, hash, ...rest })
})

test('an owner may have many keys; no two are alike', async () => {
  const { keys } = apiKeysFixture()
  const made = await Promise.all(Array.from({ length: 100 }, () => keys.create({ owner: 'acme', environment: 'live' })))
  assert.equal(new Set(made.map((answer) => granted(answer).key)).size, 100)
  assert.equal(new Set(made.map((answer) => granted(answer).record.id)).size, 100)
  assert.equal((await keys.list({ owner: 'acme', limit: 1_000 })).records.length, 100)
})

test('the prefix is configurable', async () => {
  const { keys } = apiKeysFixture({ prefix: 'acme' })
  const { key } = granted(await keys.create({ owner: 'a', environment: 'live' }))
  assert.match(key, /^acme_live_[0-9A-Za-z]{38}$/)
})

test('the same random bytes twice make a duplicate, not a second key', async () => {
  const { keys } = apiKeysFixture({ random: (size) => new Uint8Array(size).fill(7) })
  granted(await keys.create({ owner: 'a', environment: 'live' }))
  const again = await keys.create({ owner: 'b', environment: 'live' })
  assert.deepEqual(again, { problem: 'duplicate', detail: 'this key is there already' })
})

test('a store that fails is a failure, not a problem with the key', async () => {
  const store = {
    ...memoryKeyStore(),
    insert: () => Promise.reject(new Error('disk full')),
  }
  await assert.rejects(apiKeysFixture({ store }).keys.create({ owner: 'a', environment: 'live' }), /disk full/)
})

test('wrong options are refused at boot', () => {
  const store = memoryKeyStore()
  const wrong: [object, RegExp][] = [
    [{}, /"store" must be a KeyStore/],
    [{ store, prefix: 'SK' }, /"prefix" must be a lower-case word/],
    [{ store, prefix: 's_k' }, /"prefix"/],
    [{ store, pepper: [] }, /unknown option "pepper". Did you mean "peppers"\?/],
    [{ store, peppers: [new Uint8Array(31)] }, /at least 32 bytes/],
    [{ store, peppers: ['a'.repeat(32)] }, /at least 32 bytes/],
    [{ store, peppers: new Uint8Array(32) }, /must be a list/],
    [{ store, now: 5 }, /"now" must be a function/],
    [{ store, random: 5 }, /"random" must be a function/],
  ]
  for (const [options, message] of wrong) {
    assert.throws(() => apiKeys(options as Parameters<typeof apiKeys>[0]), { name: 'TypeError', message })
  }
})
