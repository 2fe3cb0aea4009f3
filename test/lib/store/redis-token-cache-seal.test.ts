import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { NOW } from '../../support/access-token.ts'
import { principal } from '../../support/outcomes.ts'
import { ENTRY, madeCache, SECRET } from '../../support/redis-token-caches.ts'

suite('what does not verify is no entry, and is told', () => {
  const forged = JSON.stringify({ ...ENTRY, principal: { ...ENTRY.principal, roles: ['admin'] } })
  const changes: Readonly<Record<string, (sealed: string) => string>> = {
    'nothing at all': () => '',
    text: () => 'garbage',
    'an entry without a seal': () => forged,
    'an entry under the seal of another': (sealed) => sealed.slice(0, 43) + forged,
    'more roles': (sealed) => sealed.replace('viewer', 'admin'),
    'a later end': (sealed) => sealed.replace(`${NOW + 60}`, `${NOW + 90}`),
    'a part cut off': (sealed) => sealed.slice(0, -1),
    'only the seal': (sealed) => sealed.slice(0, 43),
    'half a seal': (sealed) => sealed.slice(0, 20),
    'something behind it': (sealed) => `${sealed} `,
    'another seal': (sealed) => `${'A'.repeat(43)}${sealed.slice(43)}`,
    'a seal of characters that are two bytes each': (sealed) => `${'ü'.repeat(43)}${sealed.slice(43)}`,
    'more than any entry': (sealed) => sealed + ' '.repeat(1e6),
  }
  for (const [name, change] of Object.entries(changes)) {
    test(name, async () => {
      const { redis, warnings, cache } = madeCache()
      await cache.set('k', ENTRY)
      redis.values.set('gatewarden:k', change(redis.values.get('gatewarden:k') ?? assert.fail()))
      assert.equal(await cache.get('k'), undefined)
      assert.equal(warnings.length, 1)
      assert.match(warnings[0] ?? '', /does not verify/)
    })
  }

  test('the value of another key', async () => {
    const { redis, warnings, cache } = madeCache()
    await cache.set('alice', ENTRY)
    await cache.set('admin', { ...ENTRY, principal: principal({ subject: 'root' }) })
    const [first = '', second = ''] = [...redis.values.values()]
    redis.values.set('gatewarden:alice', second).set('gatewarden:admin', first)
    assert.deepEqual([await cache.get('alice'), await cache.get('admin')], [undefined, undefined])
    assert.equal(warnings.length, 1)
  })

  test('the value of a key whose end could be the beginning of the value', async () => {
    const { redis, cache } = madeCache()
    await cache.set('k', ENTRY)
    const sealed = redis.values.get('gatewarden:k') ?? assert.fail()
    redis.values.set('gatewarden:k{', sealed.slice(0, 43) + sealed.slice(44))
    redis.values.set('gatewarden:', `${sealed.slice(0, 43)}k${sealed.slice(43)}`)
    assert.deepEqual([await cache.get('k{'), await cache.get('')], [undefined, undefined])
  })

  test('the value of another namespace, of the same secret', async () => {
    const { redis, cache, cacheWith } = madeCache()
    await cacheWith({ namespace: 'staging:' }).set('k', ENTRY)
    redis.values.set('gatewarden:k', redis.values.get('staging:k') ?? assert.fail())
    assert.equal(await cache.get('k'), undefined)
  })

  test('the value of another secret', async () => {
    const { warnings, cache, cacheWith } = madeCache()
    await cacheWith({ secret: `${SECRET}!` }).set('k', ENTRY)
    assert.equal(await cache.get('k'), undefined)
    assert.equal(warnings.length, 1)
  })

  test('it is told once a minute, without its content', async () => {
    const { redis, warnings, clock, cache } = madeCache()
    redis.values.set('gatewarden:k', 'garbage of somebody')
    for (let second = 0; second < 180; second++) {
      await cache.get('k')
      clock.advance(1)
    }
    assert.equal(warnings.length, 3)
    assert.ok(!warnings.join().includes('garbage'))
  })

  test('what is of another type in Redis', async () => {
    const { redis, warnings, cache } = madeCache()
    redis.setFault(() => Promise.reject(new Error('WRONGTYPE Operation against a key holding the wrong kind of value')))
    assert.equal(await cache.get('k'), undefined)
    assert.equal(warnings.length, 1)
  })
})
