import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Redis } from 'ioredis'
import { introspectionAuthenticator } from '../../../lib/authenticate/introspection.ts'
import { DependencyError } from '../../../lib/errors.ts'
import { redisTokenCache } from '../../../lib/store/redis-token-cache.ts'
import { NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { fakeIntrospection } from '../../support/fake-introspection.ts'
import { activeAnswer } from '../../support/introspection-answer.ts'
import { serverOptions } from '../../support/introspection-settings.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'
import { commandOf, redisClient } from '../../support/redis-keys.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { bearer } from '../../support/request-view.ts'

const TOKEN = 'an-opaque-token-of-alice'

describe('introspected tokens in a real Redis', { skip: skipWithoutRedis }, () => {
  let redis: RedisServer
  let client: Redis
  before(async () => {
    redis = await startRedis()
    client = redisClient(redis.port)
  })
  after(async () => {
    client?.disconnect()
    await redis?.remove()
  })
  beforeEach(async () => void (await client.flushall()))

  /** A fleet that shares a Redis and a server; each process has its own memory. */
  function fleet(options: Readonly<Record<string, unknown>> = {}, localEntries = 0) {
    const clock = testClock()
    const server = fakeIntrospection({ [TOKEN]: activeAnswer() })
    const start = (changes: Readonly<Record<string, unknown>> = {}) => {
      const cache = redisTokenCache({
        ...{ command: commandOf(client), secret: 'a secret of the whole fleet, of 32 bytes and more', localEntries },
        ...{ now: clock.now, deadlineMs: 5_000, warn: () => undefined },
      })
      const common = { ...serverOptions({ ...options, ...changes }), cache, now: clock.now, fetch: server.fetch }
      const subject = introspectionAuthenticator(common)
      return (token = TOKEN) => subject.authenticate(bearer(token))
    }
    return { clock, server, start }
  }

  test('one process asks, and the others need not', async () => {
    const { server, start } = fleet()
    const [first, second] = [start(), start()]
    await principalIn(first())
    const { subject, method, scopes, claims } = await principalIn(second())
    assert.deepEqual([subject, method, [...scopes]], ['alice', 'introspection', ['read:orders', 'write:orders']])
    assert.equal(claims.token_type, 'Bearer')
    assert.equal(server.asked.length, 1)
  })

  test('hold no token, and go with the time that an answer is believed', async () => {
    const { start } = fleet({ cacheTtlSeconds: 20 })
    await principalIn(start()())
    const [name = '', ...others] = await client.keys('*')
    assert.deepEqual(others, [])
    assert.ok(!name.includes(TOKEN) && !String(await client.get(name)).includes(TOKEN))
    const left = await client.pttl(name)
    assert.ok(left > 15_000 && left <= 20_000, String(left))
  })

  test('go with the token, when that is sooner', async () => {
    const { server, start } = fleet()
    server.answer(TOKEN, activeAnswer({ exp: NOW + 3 }))
    await principalIn(start()())
    const [name = ''] = await client.keys('*')
    assert.ok((await client.pttl(name)) <= 3_000)
  })

  test('that are revoked are refused by all when that time is over, whoever asks', async () => {
    const { clock, server, start } = fleet()
    const [first, second] = [start(), start()]
    await principalIn(first())
    server.answer(TOKEN, { active: false })
    clock.advance(29)
    await principalIn(second())
    clock.advance(1)
    assert.equal((await errorIn(second())).reason, 'not active')
    assert.equal((await errorIn(first())).reason, 'not active')
  })

  test('of another server, or judged otherwise, are not found', async () => {
    const { server, start } = fleet()
    await principalIn(start()())
    server.answer(TOKEN, { active: false })
    const others = [
      { endpoint: 'https://other.example.test/introspect' },
      { audience: 'second' },
      { claims: { tier: 'x' } },
    ]
    for (const changes of others) assert.equal((await errorIn(start(changes)())).reason, 'not active')
  })

  test('of a process that believes for longer are not believed for longer', async () => {
    const { server, start } = fleet()
    await principalIn(start({ cacheTtlSeconds: 3_600 })())
    server.answer(TOKEN, { active: false })
    assert.equal((await errorIn(start({ cacheTtlSeconds: 10 })())).reason, 'not active')
  })

  for (const localEntries of [0, 1_000]) {
    test(`a thousand first requests make one call, with ${localEntries} local entries`, async () => {
      const { server, start } = fleet({}, localEntries)
      const ask = start()
      await Promise.all(Array.from({ length: 1_000 }, async () => principalIn(ask())))
      assert.equal(server.asked.length, 1)
    })
  }

  test('are asked about when Redis is down, and never let in without', async () => {
    const { server, start } = fleet()
    const ask = start()
    await principalIn(ask())
    await redis.kill()
    try {
      await principalIn(ask())
      server.answer(TOKEN, () => new Response('', { status: 500 }))
      await assert.rejects(async () => ask(), DependencyError)
      server.answer(TOKEN, { active: false })
      assert.equal((await errorIn(ask())).reason, 'not active')
    } finally {
      await redis.start()
    }
  })
})
