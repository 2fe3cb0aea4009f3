import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import { Deliveries, type Delivery } from '../../../lib/webhooks/deliveries.ts'
import { testClock } from '../../support/clock.ts'

const TIMES = { rememberSeconds: 3_600, leaseSeconds: 60, deadlineMs: 5 }

function setUp() {
  const clock = testClock()
  const store = memoryReplayStore({ now: clock.now })
  const deliveries = new Deliveries(store, TIMES, clock.now)
  const begin = async (name: string): Promise<Delivery> => {
    const begun = await deliveries.begin(name)
    return typeof begun === 'string' ? assert.fail(begun) : begun
  }
  return { clock, deliveries, begin }
}

test('one at a time, and once when it was handled', async () => {
  const { clock, deliveries, begin } = setUp()
  const delivery = await begin('a')
  assert.equal(await deliveries.begin('a'), 'under way')
  await begin('b')
  await delivery.keep()
  for (const later of [0, 61, 3_500]) {
    clock.advance(later === 0 ? 0 : 1)
    assert.equal(await deliveries.begin('a'), 'handled')
  }
  clock.advance(3_590)
  assert.equal(await deliveries.begin('a'), 'handled')
  clock.advance(20)
  await begin('a')
})

test('what failed is taken again, at once', async () => {
  const { deliveries, begin } = setUp()
  for (let attempt = 0; attempt < 3; attempt++) await (await begin('a')).giveBack()
  await (await begin('a')).keep()
  assert.equal(await deliveries.begin('a'), 'handled')
})

test('when a process dies over it, it is taken again after the lease', async () => {
  const { clock, deliveries, begin } = setUp()
  await begin('a')
  clock.advance(59)
  assert.equal(await deliveries.begin('a'), 'under way')
  clock.advance(2)
  await begin('a')
})

test('a handler that took too long takes nothing from who came after it', async () => {
  const { clock, deliveries, begin } = setUp()
  const slow = await begin('a')
  clock.advance(61)
  const next = await begin('a')
  await slow.giveBack()
  assert.equal(await deliveries.begin('a'), 'under way')
  await slow.keep()
  assert.equal(await deliveries.begin('a'), 'under way')
  await next.keep()
  assert.equal(await deliveries.begin('a'), 'handled')
})

test('what took longer than its lease was handled all the same, with a store that holds leases for longer', async () => {
  const clock = testClock()
  const store = memoryReplayStore({ now: clock.now })
  const longer = {
    claim: (id: string, expiresAt: number) => store.claim(id, expiresAt + 300),
    release: (id: string) => store.release(id),
  }
  const deliveries = new Deliveries(longer, TIMES, clock.now)
  const begun = await deliveries.begin('a')
  clock.advance(70)
  await (typeof begun === 'string' ? assert.fail(begun) : begun.keep())
  clock.advance(600)
  assert.equal(await deliveries.begin('a'), 'handled')
})

test('of a hundred at once, one begins', async () => {
  const { deliveries } = setUp()
  const begun = await Promise.all(Array.from({ length: 100 }, () => deliveries.begin('a')))
  assert.equal(begun.filter((each) => typeof each === 'object').length, 1)
})

test('a store that does not answer is a failed dependency', async () => {
  const silent = { claim: () => new Promise<boolean>(() => {}), release: () => new Promise<void>(() => {}) }
  await assert.rejects(new Deliveries(silent, TIMES, () => 1).begin('a'), DependencyError)
})
