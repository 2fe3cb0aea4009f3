import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../../lib/api-key.ts'
import { guessThrottle } from '../../../lib/authenticate/api-key/guess-throttle.ts'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { keyRecord } from '../../support/key-record.ts'
import { keyRequest } from '../../support/key-request.ts'
import { testClock } from '../../support/test-clock.ts'

test('bad keys of a network count; over the limit the answer is 429 until the window ends', () => {
  const clock = testClock()
  const throttle = guessThrottle({ limit: 3, windowSeconds: 60, now: clock.now })
  for (let guess = 0; guess < 3; guess++) assert.equal(throttle.note('192.0.2.1'), undefined)
  clock.at += 20
  const refused = throttle.note('192.0.2.1')
  assert.deepEqual([refused?.status, refused?.reason, refused?.retryAfterSeconds], [429, 'guessing', 40])
  clock.at += 39.5
  assert.equal(throttle.note('192.0.2.1')?.status, 429)
  clock.at += 0.5
  assert.equal(throttle.note('192.0.2.1'), undefined)
})

test('an IPv4 address counts by itself, an IPv6 address with its /64', () => {
  const same: [string, string][] = [
    ['2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:0DB8:0000:0000::2'],
    ['::1', '::2'],
    ['::', '::ffff:0:1.2.3.4'],
    ['junk', ''],
  ]
  const different: [string, string][] = [
    ['192.0.2.1', '192.0.2.2'],
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
    ['2001:db8::', '2001:db9::'],
    ['192.0.2.1', 'junk'],
  ]
  for (const [first, second] of same) {
    const throttle = guessThrottle({ limit: 1 })
    throttle.note(first)
    assert.equal(throttle.note(second)?.status, 429, `${first} ${second}`)
  }
  for (const [first, second] of different) {
    const throttle = guessThrottle({ limit: 1 })
    throttle.note(first)
    assert.equal(throttle.note(second), undefined, `${first} ${second}`)
  }
})

test('a good key is never throttled, nor is another network, however much is guessed', async () => {
  const key = generateApiKey('sk', 'live')
  const keys = memoryKeyStore([keyRecord({ hash: hashApiKey(key) })])
  const authenticator = apiKeyAuthenticator({ keys, environments: ['live'], guesses: { limit: 5 } })
  const status = async (presented: string, clientAddress: string) => {
    const answer = await authenticator.authenticate(keyRequest(presented, { clientAddress }))
    return answer.outcome === 'rejected' ? answer.error.status : 200
  }
  const guesses: number[] = []
  for (let guess = 0; guess < 10; guess++) guesses.push(await status(generateApiKey('sk', 'live'), '192.0.2.1'))
  assert.deepEqual(guesses, [401, 401, 401, 401, 401, 429, 429, 429, 429, 429])
  assert.equal(await status(key, '192.0.2.1'), 200)
  assert.equal(await status('junk', '192.0.2.1'), 429)
  assert.equal(await status('junk', '192.0.2.2'), 401)
})

test('a good key that is not allowed here is no guess', async () => {
  const key = generateApiKey('sk', 'live')
  const keys = memoryKeyStore([keyRecord({ hash: hashApiKey(key), allowedRoutes: ['/invoices'] })])
  const authenticator = apiKeyAuthenticator({ keys, environments: ['live'], guesses: { limit: 1 } })
  for (let request = 0; request < 5; request++) {
    const answer = await authenticator.authenticate(keyRequest(key))
    assert.equal(answer.outcome === 'rejected' && answer.error.status, 403)
  }
})

test('memory is bounded: the networks unseen for longest are forgotten first', () => {
  const throttle = guessThrottle({ limit: 1, maxNetworks: 100 })
  throttle.note('192.0.2.1')
  for (let network = 0; network < 99; network++) throttle.note(`198.51.100.${network}`)
  assert.equal(throttle.note('192.0.2.1')?.status, 429)
  for (let network = 0; network < 100; network++) throttle.note(`203.0.113.${network}`)
  assert.equal(throttle.note('192.0.2.1'), undefined)
})

test('a window is fixed: one who goes on guessing is not locked out for ever', () => {
  const clock = testClock()
  const throttle = guessThrottle({ limit: 1, windowSeconds: 10, now: clock.now })
  let admitted = 0
  for (let tenth = 0; tenth < 1_000; tenth++) {
    if (throttle.note('192.0.2.1') === undefined) admitted++
    clock.at += 0.1
  }
  assert.ok(admitted >= 10 && admitted <= 11, String(admitted))
})

test('wrong options are refused at boot', () => {
  for (const options of [{ limit: 0 }, { windowSeconds: 0 }, { maxNetworks: 0.5 }, { limits: 3 }, { now: 5 }]) {
    assert.throws(() => guessThrottle(options as Parameters<typeof guessThrottle>[0]), TypeError)
  }
})
