import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CachedKeyStoreOptions, cachedKeyStore } from '../../../lib/store/cached-key-store.ts'
import type { ApiKeyRecord, KeyStore } from '../../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { keyRecord, keyRecords } from '../../support/key-record.ts'
import { testClock } from '../../support/test-clock.ts'
import { watchedKeyStore } from '../../support/watched-key-store.ts'

function cached(records: readonly ApiKeyRecord[] = [], options: Partial<CachedKeyStoreOptions> = {}) {
  const clock = testClock()
  const watched = watchedKeyStore(records)
  return { clock, watched, store: cachedKeyStore({ store: watched.store, now: clock.now, ...options }) }
}

test('1,000 look-ups of one key at once ask the store once', async () => {
  const record = keyRecord()
  const { watched, store } = cached([record])
  const found = await Promise.all(Array.from({ length: 1_000 }, () => store.findByHash([record.hash])))
  assert.equal(watched.lookUps, 1)
  assert.ok(found.every((each) => each?.id === record.id))
})

test('1,000 look-ups of an unknown key at once ask the store once', async () => {
  const { watched, store } = cached()
  await Promise.all(Array.from({ length: 1_000 }, () => store.findByHash(['x'])))
  assert.equal(watched.lookUps, 1)
})

test('a key is believed for the time that was set, and answered at once meanwhile', async () => {
  const record = keyRecord()
  const { clock, watched, store } = cached([record], { ttlSeconds: 10 })
  await store.findByHash([record.hash])
  clock.at += 9.999
  assert.equal(store.findByHash([record.hash]) instanceof Promise, false)
  assert.equal(watched.lookUps, 1)
  clock.at += 0.001
  await store.findByHash([record.hash])
  assert.equal(watched.lookUps, 2)
})

test('reading a key does not prolong how long it is believed', async () => {
  const record = keyRecord()
  const { clock, watched, store } = cached([record], { ttlSeconds: 10 })
  for (let second = 0; second < 30; second++) {
    await store.findByHash([record.hash])
    clock.at += 1
  }
  assert.equal(watched.lookUps, 3)
})

test('the time counts from the question: a slow answer is an old one', async () => {
  const record = keyRecord()
  const { clock, watched, store } = cached([record], { ttlSeconds: 10 })
  const { promise, resolve } = Promise.withResolvers<void>()
  watched.answer = async (read) => {
    const answer = await read()
    await promise
    return answer
  }
  const slow = store.findByHash([record.hash])
  clock.at += 8
  resolve()
  await slow
  clock.at += 2
  await store.findByHash([record.hash])
  assert.equal(watched.lookUps, 2)
})

test('that a key is unknown is believed for a short time only', async () => {
  const record = keyRecord()
  const { clock, watched, store } = cached([], { missTtlSeconds: 2 })
  await store.findByHash([record.hash])
  clock.at += 1.9
  assert.equal(await store.findByHash([record.hash]), undefined)
  assert.equal(watched.lookUps, 1)
  await watched.store.insert(record)
  clock.at += 0.1
  assert.equal((await store.findByHash([record.hash]))?.id, record.id)
})

test('any amount of unknown keys pushes out no key', async () => {
  const records = keyRecords(100)
  const { watched, store } = cached(records, { maxEntries: 100 })
  for (const { hash } of records) await store.findByHash([hash])
  for (let guess = 0; guess < 10_000; guess++) await store.findByHash([`guess ${guess}`])
  watched.lookUps = 0
  for (const { hash } of records) assert.equal(store.findByHash([hash]) instanceof Promise, false)
  assert.equal(watched.lookUps, 0)
})

test('when it is full, the key unused for longest goes', async () => {
  const [first, second, third] = [keyRecord(), keyRecord(), keyRecord()]
  const { watched, store } = cached([first, second, third], { maxEntries: 2 })
  for (const { hash } of [first, second, first, third]) await store.findByHash([hash])
  watched.lookUps = 0
  await store.findByHash([first.hash])
  assert.equal(watched.lookUps, 0)
  await store.findByHash([second.hash])
  assert.equal(watched.lookUps, 1)
})

test('a key that was pushed out and came back is still forgotten when it is revoked', async () => {
  const records = keyRecords(5)
  const { store } = cached(records, { maxEntries: 2 })
  for (const { hash } of [...records, ...records]) await store.findByHash([hash])
  for (const { id, hash } of records) {
    await store.findByHash([hash])
    await store.revoke(id, 5)
    assert.equal((await store.findByHash([hash]))?.revokedAt, 5)
  }
})

const CHANGES: [name: string, change: (store: KeyStore, record: ApiKeyRecord) => unknown][] = [
  ['revocation', (store, record) => store.revoke(record.id, 5)],
  ['update', (store, record) => store.update(record.id, { scopes: ['less'] })],
  ['rotation', (store, record) => store.replace(record.id, keyRecord(), 5)],
]

for (const [name, change] of CHANGES) {
  test(`a ${name} through the cache is seen by the next look-up`, async () => {
    const record = keyRecord({ scopes: ['more'] })
    const { store } = cached([record])
    const before = await store.findByHash([record.hash])
    await change(store, record)
    assert.notDeepEqual(await store.findByHash([record.hash]), before)
  })

  test(`a look-up that was under way during a ${name} is not remembered`, async () => {
    const record = keyRecord({ scopes: ['more'] })
    const { watched, store } = cached([record])
    const { promise, resolve } = Promise.withResolvers<void>()
    watched.answer = async (read) => {
      const stale = await read()
      await promise
      return stale
    }
    const under = store.findByHash([record.hash])
    await change(store, record)
    watched.answer = (read) => Promise.resolve(read())
    const fresh = await store.findByHash([record.hash])
    resolve()
    const stale = await under
    assert.notDeepEqual(fresh, stale)
    assert.deepEqual(await store.findByHash([record.hash]), fresh)
  })
}

test('a look-up that starts while a revocation is being written is not remembered either', async () => {
  const record = keyRecord()
  const memory = memoryKeyStore([record])
  const { promise, resolve } = Promise.withResolvers<void>()
  const slow: KeyStore = {
    ...memory,
    async revoke(id, revokedAt) {
      await promise
      return memory.revoke(id, revokedAt)
    },
  }
  const store = cachedKeyStore({ store: slow })
  const revoked = store.revoke(record.id, 5)
  assert.equal((await store.findByHash([record.hash]))?.revokedAt, undefined)
  resolve()
  await revoked
  assert.equal((await store.findByHash([record.hash]))?.revokedAt, 5)
})

test('a change that failed may have happened: the key is read anew', async () => {
  const record = keyRecord()
  const memory = memoryKeyStore([record])
  const lost: KeyStore = {
    ...memory,
    async revoke(id, revokedAt) {
      await memory.revoke(id, revokedAt)
      throw new Error('the answer was lost')
    },
  }
  const store = cachedKeyStore({ store: lost })
  await store.findByHash([record.hash])
  await assert.rejects(async () => store.revoke(record.id, 5), /lost/)
  assert.equal((await store.findByHash([record.hash]))?.revokedAt, 5)
})

test('a failure is not remembered', async () => {
  const record = keyRecord()
  const { watched, store } = cached([record])
  watched.answer = () => Promise.reject(new Error('down'))
  await assert.rejects(async () => store.findByHash([record.hash]), /down/)
  watched.answer = (read) => read()
  assert.equal((await store.findByHash([record.hash]))?.id, record.id)
})

test('an answer that never comes keeps nobody waiting once the store answers again', async () => {
  const record = keyRecord()
  const { watched, store } = cached([record], { deadlineMs: 20 })
  watched.answer = () => new Promise(() => undefined)
  await assert.rejects(async () => store.findByHash([record.hash]), /no answer within 20 ms/)
  watched.answer = (read) => Promise.resolve(read())
  assert.equal((await store.findByHash([record.hash]))?.id, record.id)
})

test('an answer that is no such key is a failure, and not remembered', async () => {
  const record = keyRecord()
  const { watched, store } = cached([record])
  for (const garbage of [null, {}, 'OK', [], keyRecord(), { ...record, expiresAt: 'never' }]) {
    watched.answer = () => Promise.resolve(garbage as unknown as ApiKeyRecord)
    await assert.rejects(async () => store.findByHash([record.hash]), { name: 'DependencyError' })
  }
  watched.answer = (read) => Promise.resolve(read())
  assert.equal((await store.findByHash([record.hash]))?.id, record.id)
})

test('wrong options are refused at boot', () => {
  const store = memoryKeyStore()
  for (const options of [
    {},
    { store, ttl: 5 },
    { store, ttlSeconds: 0 },
    { store, maxEntries: 0.5 },
    { store, missTtlSeconds: -1 },
    { store, deadlineMs: 0 },
    { store, now: 1 },
  ]) {
    assert.throws(() => cachedKeyStore(options as CachedKeyStoreOptions), TypeError)
  }
})
