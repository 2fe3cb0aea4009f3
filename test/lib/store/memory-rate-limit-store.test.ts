import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { memoryRateLimitStore } from '../../../lib/store/memory.ts'
import type { RateLimitStore } from '../../../lib/store/rate-limit-store.ts'
import { rateLimitStoreContract, takeOf } from '../../contract/rate-limit-store.ts'
import { NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { atOnce } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

rateLimitStoreContract('memoryRateLimitStore', (now) => memoryRateLimitStore({ now }))

suite('memoryRateLimitStore', () => {
  const left = (store: RateLimitStore, key: string, windowSeconds = 60) =>
    atOnce(store.take([takeOf({ key, windowSeconds, cost: 0 })]))[0]?.remaining

  test('answers at once', () => {
    assert.equal(atOnce(memoryRateLimitStore({ now: () => NOW }).take([takeOf()])).length, 1)
  })

  test('holds no more than it may: whoever comes with many names pushes out the short windows first', () => {
    const clock = testClock()
    const store = memoryRateLimitStore({ maxEntries: 100, now: clock.now })
    const day = 86_400
    store.take([takeOf({ key: 'tenant', windowSeconds: day, cost: 10 })])
    for (let index = 0; index < 10_000; index++) {
      clock.advance(0.001)
      store.take([takeOf({ key: `network ${index}` })])
    }
    assert.equal(left(store, 'tenant', day), 0)
    const kept = Array.from({ length: 10_000 }, (_, index) => left(store, `network ${index}`)).filter((n) => n === 9)
    assert.equal(kept.length, 99)
  })

  test('of the drained none stands in the way of others', () => {
    const clock = testClock()
    const store = memoryRateLimitStore({ maxEntries: 3, now: clock.now })
    for (const key of ['a', 'b', 'c']) store.take([takeOf({ key })])
    clock.advance(6)
    for (const key of ['x', 'y', 'z']) store.take([takeOf({ key, cost: 5 })])
    for (const key of ['x', 'y', 'z']) assert.equal(left(store, key), 5, key)
  })

  test('a look takes no room', () => {
    const store = memoryRateLimitStore({ maxEntries: 1, now: () => NOW })
    store.take([takeOf({ key: 'a', cost: 10 })])
    for (let index = 0; index < 100; index++) left(store, `look ${index}`)
    assert.equal(left(store, 'a'), 0)
  })

  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{ max: 1 }, 'unknown option "max"'],
    [{ maxEntries: 0 }, '"maxEntries"'],
    [{ maxEntries: Number.POSITIVE_INFINITY }, '"maxEntries"'],
    [{ now: 1 }, '"now"'],
    [null, 'object'],
  ]
  for (const [options, ...words] of refused) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assertRefusedOption(() => memoryRateLimitStore(untyped(options)), 'memoryRateLimitStore', ...words)
    })
  }
})
