import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import { replayStoreContract } from '../../contract/replay-store.ts'
import { NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { atOnce } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

replayStoreContract('memoryReplayStore', (now) => memoryReplayStore({ now }))

const isFull = (error: unknown) => error instanceof DependencyError && error.dependency === 'replay store'

suite('memoryReplayStore', () => {
  test('answers at once', () => {
    assert.equal(atOnce(memoryReplayStore({ now: () => NOW }).claim('id', NOW + 1)), true)
  })

  test('refuses when it is full, and forgets nothing for it', () => {
    const store = memoryReplayStore({ maxEntries: 3, now: () => NOW })
    for (const id of ['a', 'b', 'c']) assert.equal(store.claim(id, NOW + 60), true)
    for (let index = 0; index < 100; index++) assert.throws(() => store.claim(`junk ${index}`, NOW + 60), isFull)
    for (const id of ['a', 'b', 'c']) assert.equal(store.claim(id, NOW + 60), false)
  })

  test('has room again for each that has expired, and for no more', () => {
    const clock = testClock()
    const store = memoryReplayStore({ maxEntries: 3, now: clock.now })
    store.claim('short', NOW + 10)
    store.claim('long', NOW + 60)
    store.claim('longer', NOW + 60.5)
    clock.set(NOW + 10)
    assert.equal(store.claim('new', NOW + 120), true)
    assert.throws(() => store.claim('newer', NOW + 120), isFull)
    clock.set(NOW + 60)
    assert.equal(store.claim('newer', NOW + 120), true)
    assert.throws(() => store.claim('newest', NOW + 120), isFull)
    clock.set(NOW + 61)
    assert.equal(store.claim('newest', NOW + 120), true)
  })

  test('claims anew what has expired, and holds that as long as it was asked to', () => {
    const clock = testClock()
    const store = memoryReplayStore({ now: clock.now })
    store.claim('id', NOW + 0.5)
    clock.set(NOW + 0.5)
    assert.equal(store.claim('id', NOW + 60), true)
    clock.set(NOW + 1)
    assert.equal(store.claim('id', NOW + 60), false)
    clock.set(NOW + 59)
    assert.equal(store.claim('id', NOW + 60), false)
  })

  test('forgets in step with the clock: a million claims leave no more than a window of them', () => {
    const clock = testClock()
    const store = memoryReplayStore({ maxEntries: 6_500, now: clock.now })
    for (let index = 0; index < 1_000_000; index++) {
      clock.set(NOW + index / 100)
      store.claim(`id ${index}`, clock.now() + 60)
    }
    assert.equal(store.claim('id 999999', clock.now() + 60), false)
  })

  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{ max: 1 }, 'unknown option "max"'],
    [{ maxEntries: 0 }, '"maxEntries"'],
    [{ maxEntries: Number.POSITIVE_INFINITY }, '"maxEntries"'],
    [{ maxEntries: '10' }, '"maxEntries"'],
    [{ now: 1 }, '"now"'],
    [null, 'object'],
  ]
  for (const [options, ...words] of refused) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assertRefusedOption(() => memoryReplayStore(untyped(options)), 'memoryReplayStore', ...words)
    })
  }
})
