import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type PeekedWindow, PeekingStore } from '../../../lib/limit/peeking-store.ts'
import { memoryRateLimitStore } from '../../../lib/store/memory.ts'
import type { RateLimitTake } from '../../../lib/store/rate-limit-store.ts'
import { atOnce } from '../../support/outcomes.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { testClock } from '../../support/test-clock.ts'

const take = (changes: Partial<RateLimitTake> = {}): RateLimitTake => {
  return { key: 'client\n60\nacme', quota: 6, windowSeconds: 60, burst: 6, cost: 1, ...changes }
}

test('what is looked at is told, and not taken', () => {
  const store = memoryRateLimitStore({ now: testClock().now })
  const seen: PeekedWindow[] = []
  const peeking = new PeekingStore(store, (window) => void seen.push(window))
  for (let count = 0; count < 3; count++) assert.equal(atOnce(peeking.take([take({ cost: 6 })]))[0]?.remaining, 0)
  assert.deepEqual(seen[2], {
    ...{ limit: 'client', quota: 6, windowSeconds: 60, burst: 6 },
    ...{ cost: 6, remaining: 6, waitSeconds: 0 },
  })
  assert.equal(atOnce(store.take([take({ cost: 0 })]))[0]?.remaining, 6)
})

test('a store that answers later is waited for, and one that fails fails', async () => {
  const store = memoryRateLimitStore()
  const later = new PeekingStore({ take: async (takes) => store.take(takes) }, () => undefined)
  assert.equal((await later.take([take()]))[0]?.remaining, 5)
  const failing = new PeekingStore({ take: () => Promise.reject(new Error('down')) }, () => undefined)
  await assert.rejects(async () => failing.take([take()]), /down/)
})

suite('it answers as the store would', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    test(`whatever was taken before: seed ${seed}`, () => {
      const random = seededRandom(seed)
      const clock = testClock()
      const store = memoryRateLimitStore({ now: clock.now })
      const peeking = new PeekingStore(store, () => undefined)
      const windows = [take(), take({ key: 'client\n3600\nacme', quota: 7, windowSeconds: 3_600, burst: 9 })]
      for (let count = 0; count < 200; count++) {
        clock.at += random.integer(4_000) / 100
        const asked = windows.map((window) => ({ ...window, cost: random.integer(4) }))
        const foretold = atOnce(peeking.take(asked))
        const told = atOnce(store.take(asked))
        for (const [index, state] of told.entries()) {
          const { remaining, resetSeconds, waitSeconds } = foretold[index] ?? assert.fail()
          assert.equal(remaining, state.remaining)
          assert.ok(Math.abs(resetSeconds - state.resetSeconds) < 0.0015)
          assert.equal(waitSeconds === 0, state.waitSeconds === 0)
          assert.ok(Math.abs(waitSeconds - state.waitSeconds) < 0.0025, `${waitSeconds} ${state.waitSeconds}`)
        }
      }
    })
  }
})
