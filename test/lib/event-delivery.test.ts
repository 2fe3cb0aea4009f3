import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { suite, test } from 'node:test'
import { eventChannel } from '../../lib/event-channel.ts'
import { type DeliveryOptions, deliverEvents } from '../../lib/event-delivery.ts'
import { eventually } from '../support/eventually.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'

let channels = 0
function delivery(options: Partial<DeliveryOptions<number>> = {}) {
  const events = eventChannel(`gatewarden:test-delivery-${channels++}`)
  const written: (readonly number[])[] = []
  const warnings: string[] = []
  const write = (batch: readonly number[]) => void written.push(batch)
  const warn = (message: string) => void warnings.push(message)
  return { events, written, warnings, queue: deliverEvents<number>(events, { write, warn, ...options }) }
}
const never = () => new Promise<void>(() => undefined)

test('events are written in their order, many at once, after the moment that they come', async () => {
  const { events, written, queue } = delivery({ maxBatch: 3 })
  for (const event of [1, 2, 3, 4]) events.publish(event)
  assert.deepEqual([written.length, queue.waiting], [0, 4])
  await eventually(() => assert.deepEqual(written, [[1, 2, 3], [4]]))
  events.publish(5)
  await eventually(() => assert.deepEqual(written.at(-1), [5]))
  assert.deepEqual([queue.waiting, queue.lost], [0, 0])
  await queue.stop()
  assert.equal(events.hasSubscribers, false)
})

test('one list is written after the other, never two at a time', async () => {
  let writing = 0
  let most = 0
  const { events, queue } = delivery({
    maxBatch: 1,
    async write() {
      most = Math.max(most, ++writing)
      await Promise.resolve()
      writing--
    },
  })
  for (let event = 0; event < 10; event++) events.publish(event)
  await queue.stop()
  assert.equal(most, 1)
})

suite('what takes too long', () => {
  test('keeps so many events and no more, and tells of it once', async () => {
    const { events, warnings, queue } = delivery({ write: never, maxWaiting: 50, deadlineMs: 1 })
    for (let event = 0; event < 100_000; event++) events.publish(event)
    assert.deepEqual([queue.waiting, queue.lost], [50, 99_950])
    assert.equal(warnings.length, 1)
    assert.match(
      warnings[0] ?? '',
      /^events of gatewarden:test-delivery-\d+ are lost, 1 so far: more come than are written$/,
    )
    await queue.stop()
  })
  test('is given up at its deadline, by a signal, and the next is written', async () => {
    const signals: AbortSignal[] = []
    const { events, queue } = delivery({
      maxBatch: 1,
      deadlineMs: 5,
      write(_batch, signal) {
        signals.push(signal)
        return never()
      },
    })
    events.publish(1)
    events.publish(2)
    await eventually(() => assert.equal(signals.length, 2))
    assert.equal(signals[0]?.aborted, true)
    await eventually(() => assert.equal(queue.lost, 2))
    await queue.stop()
  })
  test('holds up the end for one deadline at most', async () => {
    const { events, queue } = delivery({ write: never, maxBatch: 1, deadlineMs: 20 })
    for (let event = 0; event < 1_000; event++) events.publish(event)
    await queue.stop()
    await eventually(() => assert.deepEqual([queue.waiting, queue.lost], [0, 1_000]))
  })
})

suite('what fails', () => {
  const failures: Readonly<Record<string, DeliveryOptions<number>['write']>> = {
    throws: () => {
      throw new TypeError('secret')
    },
    rejects: () => Promise.reject(new TypeError('secret')),
  }
  for (const [name, write] of Object.entries(failures)) {
    test(`${name}: is counted as lost, and told of without its words`, async () => {
      const { events, warnings, queue } = delivery({ write })
      events.publish(1)
      await eventually(() => assert.equal(queue.lost, 1))
      assert.match(warnings[0] ?? '', /a write failed \(TypeError\)$/)
      await queue.stop()
    })
  }
  test('to be told of it changes nothing', async () => {
    const { events, queue } = delivery({
      write: () => Promise.reject(undefined),
      warn: () => {
        throw new Error('x')
      },
    })
    events.publish(1)
    await eventually(() => assert.equal(queue.lost, 1))
    await queue.stop()
  })
})

test('what is written belongs to no request', async () => {
  const request = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const { events, queue } = delivery({ write: () => void seen.push(request.getStore()) })
  request.run('of a request', () => events.publish(1))
  await queue.stop()
  assert.deepEqual(seen, [undefined])
})

test('what waits is written before the end', async () => {
  const { events, written, queue } = delivery()
  events.publish(1)
  await queue.stop()
  assert.deepEqual(written, [[1]])
  await queue.stop()
})

test('options are checked', () => {
  const events = eventChannel('gatewarden:test-delivery')
  const write = () => undefined
  assertRefusedOption(() => deliverEvents<number>(events, untyped({})), '"write"')
  assertRefusedOption(() => deliverEvents<number>(untyped({}), { write }), '"events.subscribe"')
  assertRefusedOption(
    () => deliverEvents<number>(events, untyped({ write, maxWaitng: 1 })),
    'Did you mean "maxWaiting"?',
  )
  for (const name of ['maxWaiting', 'maxBatch', 'deadlineMs', 'warn']) {
    assertRefusedOption(() => deliverEvents<number>(events, untyped({ write, [name]: 0 })), `"${name}"`)
  }
})
