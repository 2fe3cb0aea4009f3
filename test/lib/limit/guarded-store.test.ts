import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { GuardedStore } from '../../../lib/limit/guarded-store.ts'
import { type LimitStoreEvent, limitStoreEvents } from '../../../lib/limit/store-event.ts'
import { memoryRateLimitStore } from '../../../lib/store/memory.ts'
import { takeOf } from '../../contract/rate-limit-store.ts'
import { NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { fragileRateLimits, STORE_FAULTS } from '../../support/fragile-rate-limits.ts'
import { atOnce } from '../../support/outcomes.ts'
import { publishedOn } from '../../support/published-events.ts'

function guarded(mode: 'local' | 'refuse', deadlineMs = 20) {
  const clock = testClock()
  const warnings: string[] = []
  const fragile = fragileRateLimits(clock.now)
  const local = mode === 'local' ? memoryRateLimitStore({ now: clock.now }) : undefined
  const warn = (message: string) => void warnings.push(message)
  const store = new GuardedStore({ store: fragile, local, deadlineMs, now: clock.now, warn })
  return { clock, warnings, fragile, store, take: async () => (await store.take([takeOf()]))[0]?.remaining }
}

const isUnavailable = (error: unknown) => error instanceof DependencyError && error.dependency === 'rate limit store'

for (const [name, fault] of Object.entries(STORE_FAULTS)) {
  suite(`a store that ${name}`, () => {
    test('local: what is counted here is all there is, and no more', async () => {
      const { fragile, take } = guarded('local')
      assert.equal(await take(), 9)
      fragile.setFault(fault)
      for (let left = 9; left >= 0; left--) assert.equal(await take(), left)
      assert.equal(await take(), 0)
    })

    test('refuse: it is a failed dependency, never room', async () => {
      const { fragile, take } = guarded('refuse')
      fragile.setFault(fault)
      await assert.rejects(take, isUnavailable)
      await assert.rejects(take, isUnavailable)
    })

    test('is told of loudly, without what may be secret, and of its return', async () => {
      const { fragile, take, warnings, clock } = guarded('local')
      fragile.setFault(fault)
      for (let index = 0; index < 10; index++) await take()
      assert.equal(warnings.length, 1)
      assert.match(warnings[0] ?? '', /^rate limit store: .*; meanwhile limits are counted in this process alone$/)
      assert.ok(!warnings.join().includes('secret'))
      fragile.setFault(undefined)
      clock.advance(1)
      await take()
      assert.equal(warnings[1], 'rate limit store: answers again')
    })
  })
}

suite('a store that fails', () => {
  test('is left alone for a second, then tried by one', async () => {
    const { fragile, take, clock } = guarded('local')
    fragile.setFault(() => Promise.reject(new Error('down')))
    await take()
    assert.equal(fragile.asked(), 1)
    for (let index = 0; index < 20; index++) await take()
    assert.equal(fragile.asked(), 1)
    clock.advance(1)
    await Promise.all(Array.from({ length: 20 }, take))
    assert.equal(fragile.asked(), 2)
  })

  test('works again without a restart, and has not been told of what was counted here', async () => {
    const { fragile, take, clock } = guarded('local')
    fragile.setFault(() => Promise.reject(new Error('down')))
    await take()
    fragile.setFault(undefined)
    clock.advance(1)
    assert.equal(await take(), 9)
    assert.equal(await take(), 8)
    assert.equal(fragile.asked(), 3)
  })

  test('of requests under way, one that was asked before the failure is no recovery', async () => {
    const { fragile, take, store } = guarded('refuse')
    const early = store.take([takeOf()])
    fragile.setFault(() => {
      throw new Error('down')
    })
    await assert.rejects(take, isUnavailable)
    await early
    await assert.rejects(take, isUnavailable)
    assert.equal(fragile.asked(), 2, 'it is still left alone')
  })

  test('is left alone no longer because a clock was set back', async () => {
    const { fragile, take, clock } = guarded('refuse')
    fragile.setFault(() => Promise.reject(new Error('down')))
    await assert.rejects(take)
    fragile.setFault(undefined)
    clock.set(NOW - 3_600)
    assert.equal(await take(), 9)
  })

  test('a listener that throws changes nothing', async () => {
    const fragile = fragileRateLimits(() => NOW)
    fragile.setFault(() => Promise.reject(new Error('down')))
    const warn = () => {
      throw new Error('no log')
    }
    const local = memoryRateLimitStore({ now: () => NOW })
    const store = new GuardedStore({ store: fragile, local, deadlineMs: 20, now: () => NOW, warn })
    assert.equal((await store.take([takeOf()]))[0]?.remaining, 9)
  })
})

test('a store that answers at once is answered with at once', () => {
  const now = () => NOW
  const store = memoryRateLimitStore({ now })
  const guard = new GuardedStore({ store, local: undefined, deadlineMs: 20, now, warn: () => assert.fail() })
  assert.equal(atOnce(guard.take([takeOf()]))[0]?.remaining, 9)
})

suite('events', () => {
  const events = publishedOn<LimitStoreEvent>(limitStoreEvents)
  test('tell once when it is down and once when it is up', async () => {
    const { fragile, take, clock } = guarded('local')
    const cause = new Error('down')
    events.length = 0
    fragile.setFault(() => Promise.reject(cause))
    for (let second = 0; second < 5; second++) {
      await take()
      clock.advance(1)
    }
    fragile.setFault(undefined)
    await take()
    await take()
    assert.deepEqual(events, [
      { state: 'down', onStoreFailure: 'local', cause, at: NOW },
      { state: 'up', onStoreFailure: 'local', cause: undefined, at: NOW + 5 },
    ])
  })
})
