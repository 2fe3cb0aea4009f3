import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import { type UsageTracker, type UsageTrackerOptions, usageTracker } from '../../../lib/keys/usage-tracker.ts'
import type { KeyUse } from '../../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { apiKeysFixture, granted } from '../../support/api-keys-fixture.ts'
import { keyRecord } from '../../support/key-record.ts'
import { keyRequest } from '../../support/key-request.ts'
import { type TestClock, testClock } from '../../support/test-clock.ts'

interface Tracked {
  readonly tracker: UsageTracker
  readonly clock: TestClock
  /** Every batch that reached the store. */
  readonly batches: (readonly KeyUse[])[]
  readonly warnings: string[]
  /** What was scheduled and not cancelled: delay and callback. */
  readonly scheduled: Map<object, { readonly delayMs: number; readonly run: () => void }>
  answer: () => Promise<void>
}

function tracked(options: Partial<UsageTrackerOptions> = {}): Tracked {
  const clock = testClock()
  const batches: (readonly KeyUse[])[] = []
  const warnings: string[] = []
  const scheduled: Tracked['scheduled'] = new Map()
  const fixture: Omit<Tracked, 'tracker'> = { clock, batches, warnings, scheduled, answer: async () => undefined }
  const tracker = usageTracker({
    store: {
      touch(uses) {
        batches.push(uses)
        return whole.answer()
      },
    },
    now: clock.now,
    warn: (message) => warnings.push(message),
    schedule(run, delayMs) {
      const entry = {}
      scheduled.set(entry, { delayMs, run })
      return () => scheduled.delete(entry)
    },
    ...options,
  })
  const whole: Tracked = Object.assign(fixture, { tracker })
  return whole
}

test('uses are gathered and written together, each key once', async () => {
  const { tracker, batches, clock, scheduled } = tracked()
  for (let request = 0; request < 1_000; request++) tracker.note(`key_${request % 3}`)
  assert.deepEqual(batches, [])
  assert.deepEqual(
    [...scheduled.values()].map(({ delayMs }) => delayMs),
    [5_000],
  )
  await tracker.flush()
  assert.deepEqual(batches, [['key_0', 'key_1', 'key_2'].map((id) => ({ id, usedAt: clock.at }))])
  assert.equal(scheduled.size, 0)
})

test('the timer flushes without being asked', async () => {
  const { tracker, batches, scheduled } = tracked({ flushSeconds: 2 })
  tracker.note('key_1')
  const [timer] = scheduled.values()
  assert.equal(timer?.delayMs, 2_000)
  timer?.run()
  await tracker.flush()
  assert.equal(batches.length, 1)
})

test('a key is written at most once per interval, however often it is used', async () => {
  const { tracker, batches, clock } = tracked({ intervalSeconds: 300 })
  const start = clock.at
  for (let second = 0; second < 900; second++) {
    clock.at = start + second
    tracker.note('key_1')
    if (second % 5 === 0) await tracker.flush()
  }
  assert.deepEqual(
    batches.map((batch) => batch.map(({ usedAt }) => usedAt - start)),
    [[0], [300], [600]],
  )
})

test('two instances on one store write a key once per interval', async () => {
  const record = keyRecord()
  const store = memoryKeyStore([record])
  const clock = testClock(10_000)
  const trackers = [usageTracker({ store, now: clock.now }), usageTracker({ store, now: clock.now })]
  const seen = new Set<number | undefined>()
  for (let step = 0; step < 60; step++) {
    clock.at += 10
    for (const tracker of trackers) {
      tracker.note(record.id)
      await tracker.flush()
      seen.add((await store.findById(record.id))?.lastUsedAt)
    }
  }
  assert.deepEqual([...seen], [10_010, 10_310])
})

test('no request waits for the store, and none hears of its failure', async () => {
  const store = memoryKeyStore()
  const { keys } = apiKeysFixture({ store })
  const { key, record } = granted(await keys.create({ owner: 'acme', environment: 'live' }))
  const fixture = tracked()
  fixture.answer = () => new Promise(() => undefined)
  const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], usage: fixture.tracker })
  for (let request = 0; request < 3; request++) {
    void fixture.tracker.flush()
    const answer = authenticator.authenticate(keyRequest(key))
    assert.equal(answer instanceof Promise, false)
  }
  await new Promise(setImmediate)
  assert.deepEqual(
    fixture.batches.map((batch) => batch.map(({ id }) => id)),
    [[record.id]],
  )
})

test('only a good key that is allowed here counts as used', async () => {
  const store = memoryKeyStore()
  const { keys } = apiKeysFixture({ store })
  const { key } = granted(await keys.create({ owner: 'acme', environment: 'live', allowedRoutes: ['/invoices'] }))
  const { record, key: revoked } = granted(await keys.create({ owner: 'acme', environment: 'live' }))
  await keys.revoke(record.id)
  const noted: string[] = []
  const usage = { note: (id: string) => void noted.push(id) }
  const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], usage })
  for (const each of [key, revoked, 'junk']) await authenticator.authenticate(keyRequest(each))
  assert.deepEqual(noted, [])
  await authenticator.authenticate(keyRequest(key, { path: '/invoices' }))
  assert.equal(noted.length, 1)
})

test('a write that failed is told, and made again at the next use', async () => {
  const fixture = tracked()
  const { tracker, batches, warnings, clock } = fixture
  fixture.answer = () => Promise.reject(new Error('connection lost'))
  tracker.note('key_1')
  await tracker.flush()
  assert.deepEqual(warnings, ['usageTracker: connection lost; tried again at the next use'])
  fixture.answer = async () => undefined
  clock.at += 1
  tracker.note('key_1')
  await tracker.flush()
  assert.deepEqual(batches.at(-1), [{ id: 'key_1', usedAt: clock.at }])
  assert.equal(warnings.length, 1)
})

test('a store that throws at once, or anything at all, does no harm', async () => {
  const fixture = tracked()
  for (const thrown of [undefined, 'text', new Error('closed')]) {
    fixture.answer = () => {
      throw thrown
    }
    fixture.tracker.note('key_1')
    await fixture.tracker.flush()
  }
  assert.equal(fixture.warnings.length, 3)
})

test('a flush waits for a write that is under way: at shutdown nothing is lost', async () => {
  const fixture = tracked()
  const { promise, resolve } = Promise.withResolvers<void>()
  fixture.answer = () => promise
  fixture.tracker.note('key_1')
  void fixture.tracker.flush()
  await new Promise(setImmediate)
  let isDone = false
  const last = fixture.tracker.flush().then(() => {
    isDone = true
  })
  await new Promise(setImmediate)
  assert.equal(isDone, false)
  resolve()
  await last
})

test('a slow store is asked for one write at a time', async () => {
  const fixture = tracked()
  const { promise, resolve } = Promise.withResolvers<void>()
  fixture.answer = () => promise
  for (const id of ['key_1', 'key_2', 'key_3']) {
    fixture.tracker.note(id)
    void fixture.tracker.flush()
    await new Promise(setImmediate)
  }
  assert.equal(fixture.batches.length, 1)
  resolve()
  await fixture.tracker.flush()
  assert.deepEqual(
    fixture.batches.flat().map(({ id }) => id),
    ['key_1', 'key_2', 'key_3'],
  )
})

test('memory is bounded when a store is down and keys are many', async () => {
  const fixture = tracked()
  for (let index = 0; index < 150_000; index++) fixture.tracker.note(`key_${index}`)
  await fixture.tracker.flush()
  assert.equal(fixture.batches[0]?.length, 100_000)
})

test('wrong options are refused at boot', () => {
  const store = memoryKeyStore()
  for (const options of [
    {},
    { store, intervalSeconds: 0 },
    { store, flushSeconds: Number.NaN },
    { store, warn: 1 },
    { store, interval: 5 },
  ]) {
    assert.throws(() => usageTracker(options as UsageTrackerOptions), TypeError)
  }
})
