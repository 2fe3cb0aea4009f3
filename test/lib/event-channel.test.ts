import assert from 'node:assert/strict'
import { type Channel, type ChannelListener, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { suite, test } from 'node:test'
import * as lib from 'gatewarden/lib'
import { eventChannel } from '../../lib/event-channel.ts'
import { eventually } from '../support/eventually.ts'

let channels = 0
function quietChannel() {
  const warnings: string[] = []
  const events = eventChannel(`gatewarden:test-${channels++}`, (message) => warnings.push(message))
  const heard: unknown[] = []
  const hear = (event: unknown, name: string | symbol) => void heard.push(event, name)
  return { events, warnings, heard, hear }
}

const WAYS: Readonly<Record<string, (events: Channel, listener: ChannelListener) => void>> = {
  'subscribe()': (events, listener) => subscribe(events.name, listener),
  'channel.subscribe()': (events, listener) => events.subscribe(listener),
}

for (const [name, add] of Object.entries(WAYS)) {
  suite(`who subscribes by ${name}`, () => {
    test('hears what is published, and what the channel is called', () => {
      const { events, heard, hear } = quietChannel()
      add(events, hear)
      events.publish(1)
      assert.deepEqual(heard, [1, events.name])
    })
    test('and throws, stops nobody: the others hear, and the publisher goes on', () => {
      const { events, warnings, heard, hear } = quietChannel()
      add(events, () => {
        throw new TypeError('postgres://audit:s3cret@db')
      })
      add(events, hear)
      events.publish(1)
      events.publish(2)
      assert.deepEqual(heard, [1, events.name, 2, events.name])
      assert.equal(warnings.length, 2)
      assert.match(
        warnings[0] ?? '',
        /^a subscriber of gatewarden:test-\d+ failed: TypeError at .*event-channel\.test\.ts/,
      )
      assert.ok(!warnings.join().includes('s3cret'), 'what it says may be secret')
    })
    test('and rejects later, is told of as well', async () => {
      const { events, warnings } = quietChannel()
      add(events, () => Promise.reject(new RangeError('later')))
      events.publish(1)
      await eventually(() => assert.match(warnings[0] ?? '', /RangeError/))
    })
    test('twice, hears twice, until it ends both', () => {
      const { events, heard, hear } = quietChannel()
      add(events, hear)
      add(events, hear)
      events.publish(1)
      assert.equal(heard.length, 4)
      assert.equal(unsubscribe(events.name, hear), true)
      assert.equal(events.unsubscribe(hear), true)
      assert.equal(events.unsubscribe(hear), false)
      assert.equal(events.hasSubscribers, false)
      add(events, hear)
      events.publish(1)
      assert.equal(heard.length, 6)
    })
  })
}

test('whatever is thrown is told of without itself', () => {
  const { events, warnings } = quietChannel()
  const getter = Object.defineProperty(new Error('x'), 'stack', { get: () => assert.fail() })
  for (const thrown of [undefined, 'sk_live_1', { token: 1 }, getter]) {
    const fail = () => {
      throw thrown
    }
    events.subscribe(fail)
    events.publish(1)
    events.unsubscribe(fail)
  }
  assert.equal(warnings.filter((text) => text.endsWith('it threw no error')).length, 3)
})

test('one who recurses without end is told of', () => {
  const { events, warnings, heard, hear } = quietChannel()
  const recurse = (): number => 1 + recurse()
  events.subscribe(recurse)
  events.subscribe(hear)
  events.publish(1)
  assert.equal(heard.length, 2)
  assert.match(warnings[0] ?? '', /RangeError/)
})

test('one who is told, and throws, is not told again', () => {
  const name = `gatewarden:test-${channels++}`
  const events = eventChannel(name, () => {
    throw new Error('no log either')
  })
  events.subscribe(() => {
    throw new Error('x')
  })
  assert.doesNotThrow(() => events.publish(1))
})

test('what is no function is refused, as by any channel', () => {
  const { events } = quietChannel()
  assert.throws(() => events.subscribe('log' as unknown as ChannelListener), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('a second copy of the package changes nothing', () => {
  const { events, warnings } = quietChannel()
  const second = eventChannel(String(events.name))
  assert.equal(second, events)
  second.subscribe(() => {
    throw new Error('x')
  })
  second.publish(1)
  assert.equal(warnings.length, 1)
})

test('every channel of the package is one', (context) => {
  const all = Object.values(lib).filter((value) => value instanceof Object && 'hasSubscribers' in value) as Channel[]
  const names = all.map(({ name }) => String(name)).sort()
  assert.deepEqual(
    names,
    ['api-key', 'decision', 'limit-store', 'revocation-applied', 'revocation-request', 'routes', 'shadow-decision'].map(
      (name) => `gatewarden:${name}`,
    ),
  )
  for (const events of all) {
    const fail = () => {
      throw new Error('x')
    }
    // Were it not held, it would be an uncaught exception, which fails this file.
    subscribe(events.name, fail)
    context.after(() => void unsubscribe(events.name, fail))
    assert.doesNotThrow(() => events.publish({}))
  }
})
