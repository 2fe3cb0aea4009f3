import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GuessThrottleOptions, guessThrottle } from '../../../../lib/authenticate/api-key/guess-throttle.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

function throttle(options: GuessThrottleOptions = {}) {
  let now = 1_000
  const guesses = guessThrottle({ limit: 2, windowSeconds: 60, now: () => now, ...options })
  return { note: guesses.note, advance: (seconds: number) => (now += seconds) }
}

test('a network may guess so often, and then waits until its window ends', () => {
  const { note, advance } = throttle()
  assert.equal(note('192.0.2.1'), undefined)
  advance(10)
  assert.equal(note('192.0.2.1'), undefined)
  const error = note('192.0.2.1')
  assert.deepEqual([error?.code, error?.reason, error?.retryAfterSeconds], ['too_many_requests', 'guessing', 50])
  advance(50)
  assert.equal(note('192.0.2.1'), undefined)
})

test('no network is counted for another; an IPv6 /64 is one network', () => {
  const { note } = throttle()
  for (let count = 0; count < 3; count++) note('192.0.2.1')
  assert.equal(note('192.0.2.2'), undefined)
  note('2001:db8::1')
  note('2001:db8::2')
  assert.equal(note('2001:db8::3')?.status, 429)
  assert.equal(note('2001:db8:0:1::1'), undefined)
  assert.equal(note('not an address'), undefined)
})

test('memory is bounded', () => {
  const { note } = throttle({ limit: 1, maxNetworks: 2 })
  note('192.0.2.1')
  for (let last = 2; last < 5; last++) note(`192.0.2.${last}`)
  assert.equal(note('192.0.2.1'), undefined, 'forgotten')
})

test('options are checked', () => {
  for (const options of [{ limit: 0 }, { windowSeconds: Number.NaN }, { maxNetworks: '1' }, { now: 1 }, { max: 1 }]) {
    assertRefusedOption(() => guessThrottle(untyped(options)), 'guessThrottle', Object.keys(options)[0] ?? '')
  }
})

test('to look counts nothing, and tells what a guess would be answered', () => {
  let now = 1_000
  const guesses = guessThrottle({ limit: 1, windowSeconds: 60, now: () => now })
  for (let count = 0; count < 3; count++) assert.equal(guesses.peek('192.0.2.1'), undefined)
  assert.equal(guesses.note('192.0.2.1'), undefined)
  now += 10
  assert.equal(guesses.peek('192.0.2.1')?.retryAfterSeconds, 50)
  assert.equal(guesses.note('192.0.2.1')?.retryAfterSeconds, 50)
  now += 50
  assert.equal(guesses.peek('192.0.2.1'), undefined)
})
