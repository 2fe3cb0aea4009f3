import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventChannel } from '../../../../lib/event-channel.ts'
import { subscribeAll } from '../../../../lib/observe/parts/subscriptions.ts'

test('all are subscribed, and one who ends it ends that of nobody else', () => {
  const first = eventChannel('gatewarden:test-first')
  const second = eventChannel('gatewarden:test-second')
  const heard: string[] = []
  const listener = (event: string) => void heard.push(event)
  const stop = subscribeAll([
    [first, listener],
    [second, listener],
  ])
  const stopOther = subscribeAll([[first, listener]])
  first.publish('1')
  second.publish('2')
  assert.deepEqual(heard, ['1', '1', '2'])
  stop()
  stop()
  first.publish('3')
  second.publish('4')
  assert.deepEqual(heard, ['1', '1', '2', '3'])
  stopOther()
  assert.ok(!first.hasSubscribers && !second.hasSubscribers)
})
