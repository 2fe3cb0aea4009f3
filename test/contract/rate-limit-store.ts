import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Awaitable, Clock } from '../../lib/effects.ts'
import type { RateLimitStore, RateLimitTake } from '../../lib/store/rate-limit-store.ts'
import { NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { seededRandom } from '../support/seeded-random.ts'

export interface RateLimitStoreOptions {
  readonly skip?: string | false
}

/** One unit of ten in a minute. */
export function takeOf(changes: Partial<RateLimitTake> = {}): RateLimitTake {
  return { key: 'caller', quota: 10, windowSeconds: 60, burst: 10, cost: 1, ...changes }
}

/**
 * What every rate limit store does. The real time that a server counts does not pass in these tests.
 * @param makeStore makes an empty store that lives by the clock given; whoever makes it also disposes of it
 */
export function rateLimitStoreContract(
  name: string,
  makeStore: (now: Clock) => Awaitable<RateLimitStore>,
  { skip = false }: RateLimitStoreOptions = {},
): void {
  suite(`${name} is a rate limit store`, { skip }, () => {
    test('gives the burst, then says how long to wait, and gives one unit when that has passed', async () => {
      const clock = testClock()
      const store = await makeStore(clock.now)
      for (let left = 9; left >= 0; left--) {
        const states = await store.take([takeOf()])
        assert.deepEqual(states, [{ remaining: left, resetSeconds: (10 - left) * 6, waitSeconds: 0 }])
      }
      const refused = [{ remaining: 0, resetSeconds: 60, waitSeconds: 6 }]
      assert.deepEqual(await store.take([takeOf()]), refused)
      assert.deepEqual(await store.take([takeOf()]), refused, 'a refusal costs nothing')
      clock.set(NOW + 5.999)
      assert.equal((await store.take([takeOf()]))[0]?.waitSeconds, 0.001)
      clock.set(NOW + 6)
      assert.equal((await store.take([takeOf()]))[0]?.waitSeconds, 0)
      assert.equal((await store.take([takeOf()]))[0]?.waitSeconds, 6)
    })

    test('of 1,000 at once, exactly the burst is given', async () => {
      const store = await makeStore(() => NOW)
      const take = takeOf({ quota: 137, burst: 137, windowSeconds: 3_600 })
      const answers = await Promise.all(Array.from({ length: 1_000 }, () => store.take([take])))
      assert.equal(answers.filter(([state]) => state?.waitSeconds === 0).length, 137)
    })

    test('takes under several windows together, or under none', async () => {
      const store = await makeStore(() => NOW)
      const minute = takeOf({ key: 'minute', quota: 3, burst: 3 })
      const hour = takeOf({ key: 'hour', quota: 2, burst: 2, windowSeconds: 3_600 })
      assert.deepEqual(await remaining(store, [minute, hour]), [2, 1])
      assert.deepEqual(await remaining(store, [minute, hour]), [1, 0])
      const states = await store.take([minute, hour])
      assert.deepEqual(
        states.map(({ waitSeconds }) => waitSeconds),
        [0, 1_800],
      )
      assert.deepEqual(await remaining(store, [minute]), [0], 'what could be taken was not, for the other could not')
    })

    test('of 1,000 at once under several windows, exactly what the narrowest gives, and no more of the others', async () => {
      const store = await makeStore(() => NOW)
      const wide = takeOf({ key: 'wide', quota: 500, burst: 500 })
      const narrow = takeOf({ key: 'narrow', quota: 50, burst: 50 })
      const answers = await Promise.all(Array.from({ length: 1_000 }, () => store.take([wide, narrow])))
      assert.equal(answers.filter((states) => states.every(({ waitSeconds }) => waitSeconds === 0)).length, 50)
      assert.deepEqual(await remaining(store, [{ ...wide, cost: 0 }]), [450])
    })

    test('a cost of several is taken at once, waited for as a whole, and one of nothing only looks', async () => {
      const clock = testClock()
      const store = await makeStore(clock.now)
      assert.deepEqual(await remaining(store, [takeOf({ cost: 8 })]), [2])
      assert.deepEqual(await store.take([takeOf({ cost: 5 })]), [{ remaining: 2, resetSeconds: 48, waitSeconds: 18 }])
      assert.deepEqual(await remaining(store, [takeOf({ cost: 0 })]), [2])
      clock.advance(18)
      assert.deepEqual(await remaining(store, [takeOf({ cost: 5 })]), [0])
    })

    test('a burst may be less than the quota, and more', async () => {
      const clock = testClock()
      const store = await makeStore(clock.now)
      const small = takeOf({ key: 'small', quota: 60, burst: 2 })
      const large = takeOf({ key: 'large', quota: 1, burst: 3 })
      assert.deepEqual(await remaining(store, [small, large]), [1, 2])
      assert.deepEqual(await remaining(store, [small, large]), [0, 1])
      assert.equal((await store.take([small]))[0]?.waitSeconds, 1)
      clock.advance(3_600)
      assert.deepEqual(await remaining(store, [small, large]), [1, 2], 'never more than the burst')
    })

    test('another quota or burst counts at once, and forgets nothing', async () => {
      const store = await makeStore(() => NOW)
      await store.take([takeOf({ cost: 10 })])
      assert.deepEqual(await remaining(store, [takeOf({ quota: 100, burst: 100 })]), [89])
      const smaller = takeOf({ quota: 5, burst: 5 })
      assert.deepEqual(await store.take([smaller]), [{ remaining: 0, resetSeconds: 60, waitSeconds: 12 }])
    })

    test('a clock that is set back gives nothing back, and holds nobody for longer', async () => {
      const clock = testClock()
      const store = await makeStore(clock.now)
      await store.take([takeOf({ cost: 10 })])
      clock.set(NOW - 3_600)
      assert.equal((await store.take([takeOf()]))[0]?.waitSeconds, 6)
      clock.advance(6)
      assert.equal((await store.take([takeOf()]))[0]?.waitSeconds, 0)
      clock.set(NOW)
      assert.ok(((await store.take([takeOf({ cost: 0 })]))[0]?.remaining ?? 0) <= 10)
    })

    test('keys are told apart by every character, and may hold any', async () => {
      const store = await makeStore(() => NOW)
      const long = 'x'.repeat(10_000)
      const keys = ['', ' ', 'id', 'Id', 'id\n', 'id\r\nSET x 1', 'id\0', '*', '{id}', '__proto__', '\u00e9']
      for (const key of [...keys, `${long}1`, `${long}2`]) {
        assert.deepEqual(await remaining(store, [takeOf({ key, cost: 10 })]), [0], JSON.stringify(key.slice(0, 20)))
      }
    })

    test('nothing is rounded away: a large quota, an odd one and a window of a month', async () => {
      const store = await makeStore(() => NOW)
      for (const [quota, windowSeconds] of [
        [1_000_000, 1],
        [7, 60],
        [3, 1],
        [3_000_000, 2_592_000],
      ] as const) {
        const take = takeOf({ key: `${quota}/${windowSeconds}`, quota, burst: quota, windowSeconds })
        assert.deepEqual(await remaining(store, [{ ...take, cost: quota - 1 }]), [1])
        assert.deepEqual(await remaining(store, [take]), [0])
        assert.ok(((await store.take([take]))[0]?.waitSeconds ?? 0) > 0)
      }
    })

    test('no sequence gives more than burst and quota within a window, nor less than a patient caller is owed', async () => {
      const random = seededRandom(6)
      const clock = testClock()
      const store = await makeStore(clock.now)
      const take = takeOf({ quota: 7, burst: 4, windowSeconds: 10 })
      const given: number[] = []
      for (let step = 0; step < 300; step++) {
        clock.advance(random.integer(2_000) / 1_000)
        const [state] = await store.take([take])
        if (state?.waitSeconds === 0) {
          given.push(clock.now())
        } else {
          clock.advance(state?.waitSeconds ?? 0)
          assert.equal((await store.take([take]))[0]?.waitSeconds, 0, 'what is told to wait for is there')
          given.push(clock.now())
        }
      }
      for (const from of given) {
        assert.ok(given.filter((at) => at >= from && at < from + 10).length <= 11, `from ${from - NOW}`)
      }
    })
  })
}

async function remaining(store: RateLimitStore, takes: readonly RateLimitTake[]): Promise<readonly number[]> {
  const states = await store.take(takes)
  for (const { waitSeconds } of states) assert.equal(waitSeconds, 0)
  return states.map((state) => state.remaining)
}
