import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { redisTokenCache } from '../../../lib/store/redis-token-cache.ts'
import { tokenCacheContract } from '../../contract/token-cache.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { principal, principalIn } from '../../support/outcomes.ts'
import { commandOf, redisClient } from '../../support/redis-keys.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { bearer } from '../../support/request-view.ts'
import { createSigningKey } from '../../support/signing-key.ts'

const secret = 'a secret of the whole fleet, of 32 bytes and more'
const signer = createSigningKey('ES256')

describe('a real Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  let client: Redis
  before(async () => {
    server = await startRedis()
    client = redisClient(server.port)
  })
  after(async () => {
    client?.disconnect()
    await server?.remove()
  })
  beforeEach(async () => void (await client.flushall()))

  for (const localEntries of [0, 100]) {
    let caches = 0
    tokenCacheContract(`redisTokenCache in Redis, with ${localEntries} local entries`, (now) =>
      redisTokenCache({
        ...{ command: commandOf(client), secret, now, localEntries, namespace: `test-${++caches}:` },
        deadlineMs: 10_000,
      }),
    )
  }

  const made = (deadlineMs = 10_000) => {
    const clock = testClock()
    const warnings: string[] = []
    const warn = (message: string) => void warnings.push(message)
    const cache = redisTokenCache({
      command: commandOf(client),
      secret,
      ...{ now: clock.now, warn, localEntries: 0, deadlineMs },
    })
    const tokens = jwtAuthenticator({
      ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [signer.jwk] } },
      ...{ cache, now: clock.now, warn },
    })
    const ask = async () => (await principalIn(tokens.authenticate(bearer(signer.sign(accessTokenClaims()))))).subject
    return { clock, warnings, cache, tokens, ask }
  }

  test('drops an entry when it expires, by its own clock', async () => {
    const { cache } = made()
    await cache.set('k', { principal: principal(), rulesId: 'r', expiresAt: NOW + 60 })
    const left = await client.pttl('gatewarden:k')
    assert.ok(left > 50_000 && left <= 60_000, String(left))
  })

  test('serves the tokens of one process to another', async () => {
    const token = signer.sign(accessTokenClaims())
    await principalIn(made().tokens.authenticate(bearer(token)))
    const [name = ''] = await client.keys('gatewarden:token:*')
    assert.match(name, /^gatewarden:token:[\w-]{43}:[\w-]{43}$/)
    assert.ok(!String(await client.get(name)).includes(token.slice(-20)))
    const read = await principalIn(made().tokens.authenticate(bearer(token)))
    assert.deepEqual([read.subject, [...read.roles], read.claims.jti], ['alice', ['editor'], 'token-1'])
  })

  test('that is down has forgotten: tokens are verified anew, and it is told once; then it remembers again', async () => {
    const { clock, warnings, ask } = made(200)
    await server.kill()
    for (let round = 0; round < 20; round++) assert.equal(await ask(), 'alice')
    assert.ok(warnings.length > 0 && warnings.length <= 2, 'told of reading once, of writing once')
    await server.start()
    for (let tries = 0; tries < 100 && (await client.keys('gatewarden:*').catch(() => [])).length === 0; tries++) {
      clock.advance(1)
      assert.equal(await ask(), 'alice')
    }
    assert.ok((await client.keys('gatewarden:*')).length > 0)
  })

  test('that is slow is waited for once, and then left alone', async () => {
    const { ask, warnings } = made(200)
    await client.call('CLIENT', 'PAUSE', '5000', 'ALL')
    const startedAt = performance.now()
    for (let round = 0; round < 100; round++) assert.equal(await ask(), 'alice')
    const took = performance.now() - startedAt
    assert.ok(took > 150 && took < 4_000, `${took} ms`)
    assert.deepEqual(new Set(warnings), new Set(['token cache: gave no answer within 200 ms']))
    await client.ping()
  })

  test('that takes no more has what it has', async () => {
    const { ask, clock, warnings } = made()
    await client.config('SET', 'maxmemory', '1')
    for (let round = 0; round < 5; round++) {
      assert.equal(await ask(), 'alice')
      clock.advance(1)
    }
    await client.config('SET', 'maxmemory', '0')
    await turn()
    clock.advance(1)
    assert.equal(await ask(), 'alice')
    assert.deepEqual(warnings, ['token cache: failed'])
    assert.equal((await client.keys('gatewarden:*')).length, 1)
  })

  for (const type of ['LPUSH', 'SADD']) {
    test(`that holds another type under the name (${type}) holds no entry`, async () => {
      const { cache, warnings } = made()
      await client.call(type, 'gatewarden:k', 'x')
      assert.equal(await cache.get('k'), undefined)
      assert.equal(warnings.length, 1)
      await cache.set('k', { principal: principal(), rulesId: 'r', expiresAt: NOW + 60 })
      assert.ok(await cache.get('k'))
    })
  }

  test('that holds bytes of any kind holds no entry', async () => {
    const { cache } = made()
    await client.set('gatewarden:k', Buffer.from([0xff, 0, 0xc3, 0x28, 0x0d, 0x0a]))
    assert.equal(await cache.get('k'), undefined)
  })
})
