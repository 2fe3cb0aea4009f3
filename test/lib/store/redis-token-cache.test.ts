import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isPrincipal } from '../../../lib/principal.ts'
import { redisTokenCache } from '../../../lib/store/redis-token-cache.ts'
import { tokenCacheContract } from '../../contract/token-cache.ts'
import { NOW } from '../../support/access-token.ts'
import { principal } from '../../support/outcomes.ts'
import { redisDouble } from '../../support/redis-double.ts'
import { ENTRY, madeCache, SECRET } from '../../support/redis-token-caches.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

tokenCacheContract('redisTokenCache', (now) => madeCache({ now }).cache)
tokenCacheContract('redisTokenCache with local entries', (now) => madeCache({ now, localEntries: 10 }).cache)

suite('what is in Redis', () => {
  test('expires there by itself, with the entry and within a day', async () => {
    const { redis, cache } = madeCache()
    await cache.set('k', ENTRY)
    await cache.set('long', { ...ENTRY, expiresAt: NOW + 1e9 })
    await cache.set('short', { ...ENTRY, expiresAt: NOW + 0.0001 })
    await cache.set('endless', { ...ENTRY, expiresAt: Number.POSITIVE_INFINITY })
    assert.deepEqual(
      redis.asked.map(([command, name, , ...rest]) => [command, name, ...rest]),
      [
        ['SET', 'gatewarden:k', 'PX', '60000'],
        ['SET', 'gatewarden:long', 'PX', '86400000'],
        ['SET', 'gatewarden:short', 'PX', '1'],
      ],
    )
  })

  test('is not believed to have expired: our own clock says so too', async () => {
    const { redis, clock, cache, warnings } = madeCache()
    await cache.set('k', ENTRY)
    clock.advance(60)
    assert.ok(redis.values.has('gatewarden:k'))
    assert.equal(await cache.get('k'), undefined)
    assert.deepEqual(warnings, [])
  })

  test('is found by every process that has the secret and the namespace', async () => {
    const { cache, cacheWith } = madeCache()
    await cache.set('k', ENTRY)
    const found = await cacheWith({ secret: Buffer.from(SECRET) }).get('k')
    assert.ok(isPrincipal(found?.principal))
    assert.deepEqual({ ...found?.principal }, { ...ENTRY.principal })
    assert.equal(await cacheWith({ namespace: 'other:' }).get('k'), undefined)
  })

  test('has a name that begins as configured', async () => {
    const { redis, cache } = madeCache({ namespace: 'staging:' })
    await cache.set('k', ENTRY)
    await cache.get('k')
    assert.deepEqual(
      redis.asked.map(([command, name]) => [command, name]),
      ['SET', 'GET'].map((command) => [command, 'staging:k']),
    )
  })

  test('is no secret, and holds none: neither the token nor the secret', async () => {
    const { redis, cache } = madeCache()
    await cache.set('k', ENTRY)
    assert.ok(!JSON.stringify([...redis.values]).includes(SECRET))
  })

  test('an entry that is too long is not kept', async () => {
    const { redis, cache } = madeCache()
    await cache.set('k', { ...ENTRY, principal: principal({ claims: { note: 'x'.repeat(70_000) } }) })
    assert.equal(redis.values.size, 0)
  })

  test('claims come back as they were, odd ones too', async () => {
    const { cache } = madeCache()
    const claims = JSON.parse('{"__proto__":{"admin":1},"constructor":[1,null],"t":"\\ud800 \\u2028 ü","n":-1.5e-7}')
    await cache.set('k', { ...ENTRY, principal: principal({ claims }) })
    const found = (await cache.get('k'))?.principal ?? assert.fail()
    assert.equal(JSON.stringify(found.claims), JSON.stringify(claims))
    assert.equal(Object.getPrototypeOf(found.claims), null)
  })
})

suite('local entries', () => {
  test('are answered at once, and Redis is not asked again', async () => {
    const { redis, cache, cacheWith } = madeCache({ localEntries: 10 })
    await cacheWith({}).set('k', ENTRY)
    await cache.get('k')
    const asked = redis.asked.length
    const found = cache.get('k')
    assert.ok(!(found instanceof Promise) && found)
    assert.equal(redis.asked.length, asked)
  })

  test('are there by default, and end as the others do', async () => {
    const { redis, clock, cache } = madeCache({ localEntries: untyped(undefined) })
    await cache.set('k', ENTRY)
    redis.setFault(() => Promise.reject(new Error('it is down')))
    assert.ok(await cache.get('k'))
    clock.advance(60)
    assert.equal(await cache.get('k'), undefined)
  })

  test('are bounded', async () => {
    const { redis, cache } = madeCache({ localEntries: 2 })
    for (const key of ['one', 'two', 'three']) await cache.set(key, ENTRY)
    redis.values.clear()
    assert.equal(await cache.get('one'), undefined)
    assert.ok(await cache.get('three'))
  })

  test('are kept while Redis takes nothing', async () => {
    const { redis, cache } = madeCache({ localEntries: 2 })
    redis.setFault(() => Promise.reject(new Error('OOM command not allowed')))
    await cache.set('k', ENTRY)
    await cache.set('other', ENTRY)
    assert.ok(await cache.get('k'))
    assert.ok(await cache.get('other'))
    assert.equal(redis.asked.length, 1)
  })
})

suite('a Redis that fails', () => {
  const down = () => Promise.reject(new Error('READONLY of somebody'))

  test('has forgotten, is told without its words, and is left alone for a second', async () => {
    const { redis, warnings, clock, cache } = madeCache()
    redis.setFault(down)
    assert.equal(await cache.get('k'), undefined)
    redis.setFault(undefined)
    clock.advance(0.999)
    assert.equal(await cache.get('k'), undefined)
    assert.deepEqual([redis.asked.length, warnings], [1, ['token cache: failed']])
    clock.advance(0.001)
    await cache.set('k', ENTRY)
    assert.ok(await cache.get('k'))
    assert.ok(await cache.get('k'))
  })

  test('is tried by one request at a time', async () => {
    const { redis, clock, cache } = madeCache()
    redis.setFault(down)
    await cache.get('k')
    redis.setFault(() => new Promise(() => undefined))
    clock.advance(1)
    void cache.get('k')
    for (let round = 0; round < 10; round++) assert.equal(await cache.get('k'), undefined)
    assert.equal(redis.asked.length, 2)
    clock.advance(1)
    void cache.get('k')
    assert.equal(redis.asked.length, 3)
  })

  test('is told once a minute', async () => {
    const { redis, warnings, clock, cache } = madeCache()
    redis.setFault(down)
    for (let second = 0; second < 60; second++) {
      await cache.get('k')
      clock.advance(1)
    }
    assert.equal(redis.asked.length, 60)
    assert.equal(warnings.length, 1)
  })

  test('that says nothing is given up', async () => {
    const { redis, warnings, cache } = madeCache({ deadlineMs: 5 })
    redis.setFault(() => new Promise(() => undefined))
    assert.equal(await cache.get('k'), undefined)
    await cache.set('k', ENTRY)
    assert.deepEqual(warnings, Array(2).fill('token cache: gave no answer within 5 ms'))
  })

  test('to write to can still be read', async () => {
    const { redis, cache } = madeCache()
    await cache.set('k', ENTRY)
    redis.setFault(down)
    await cache.set('other', ENTRY)
    redis.setFault(undefined)
    assert.ok(await cache.get('k'))
  })

  test('is left alone for no longer when the clock is set back', async () => {
    const { redis, clock, cache } = madeCache()
    redis.setFault(down)
    await cache.get('k')
    clock.advance(-3_600)
    await cache.get('k')
    assert.equal(redis.asked.length, 2)
  })

  test('also when the function throws instead of rejecting', async () => {
    const command = () => {
      throw new Error('not connected')
    }
    const { cache } = madeCache({ command })
    assert.equal(await cache.get('k'), undefined)
    await cache.set('k', ENTRY)
  })
})

suite('refused options', () => {
  const { command } = redisDouble()
  const secret = SECRET
  const refused: readonly (readonly [string, unknown, ...string[]])[] = [
    ['none', {}, '"command"'],
    ['no secret', { command }, '"secret"', '32'],
    ['a short secret', { command, secret: 'x'.repeat(31) }, '"secret"', '32'],
    ['a short secret in bytes', { command, secret: new Uint8Array(31) }, '"secret"'],
    ['a secret that is a number', { command, secret: 1e40 }, '"secret"'],
    ['a client instead of a function', { command: {}, secret }, '"command"'],
    ['an empty namespace', { command, secret, namespace: '' }, '"namespace"'],
    ['less than no local entries', { command, secret, localEntries: -1 }, '"localEntries"'],
    ['endless local entries', { command, secret, localEntries: Number.POSITIVE_INFINITY }, '"localEntries"'],
    ['no time', { command, secret, deadlineMs: 0 }, '"deadlineMs"'],
    ['another clock', { command, secret, now: 1 }, '"now"'],
    ['nobody to warn', { command, secret, warn: 'x' }, '"warn"'],
    ['an unknown one', { command, secret, ttl: 1 }, 'unknown option "ttl"'],
  ]
  for (const [name, options, ...words] of refused) {
    test(name, () => assertRefusedOption(() => redisTokenCache(untyped(options)), 'redisTokenCache', ...words))
  }
})
