import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Awaitable, Clock } from '../../lib/effects.ts'
import { isPrincipal } from '../../lib/principal.ts'
import type { CachedToken, TokenCache } from '../../lib/store/token-cache.ts'
import { NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { principal } from '../support/outcomes.ts'

const token = (expiresAt: number, subject = 'alice'): CachedToken => ({
  principal: principal({ subject }),
  keyId: 'key-1',
  rulesId: 'rules-1',
  expiresAt,
})

/**
 * What every token cache does, whether it answers at once or later. Losing an entry early is fine, so a cache that
 * forgets everything passes but for the tests that say "while there is room".
 * @param makeCache makes an empty cache that lives by the clock given; whoever makes it also disposes of it
 */
export function tokenCacheContract(name: string, makeCache: (now: Clock) => Awaitable<TokenCache>): void {
  suite(`${name} is a token cache`, () => {
    test('an entry comes back, while there is room', async () => {
      const cache = await makeCache(() => NOW)
      const full = { ...principal({ roles: ['a'], expiresAt: NOW + 60, claims: { a: { b: [1] } } }) }
      const entry = {
        ...token(NOW + 60),
        principal: principal({ roles: ['a'], expiresAt: NOW + 60, claims: { a: { b: [1] } } }),
      }
      await cache.set('k', entry)
      const found = await cache.get('k')
      assert.ok(found)
      assert.deepEqual(JSON.parse(JSON.stringify(found.principal)), JSON.parse(JSON.stringify(full)))
      assert.deepEqual([found.keyId, found.rulesId, found.expiresAt], ['key-1', 'rules-1', NOW + 60])
    })

    test('its principal is one that createPrincipal made: no boundary takes another', async () => {
      const cache = await makeCache(() => NOW)
      await cache.set('k', token(NOW + 60))
      assert.ok(isPrincipal((await cache.get('k'))?.principal))
    })

    test('what is not there is undefined', async () => {
      const cache = await makeCache(() => NOW)
      await cache.set('k', token(NOW + 60))
      for (const key of ['', 'K', 'k ', 'other', '__proto__', 'constructor'])
        assert.equal(await cache.get(key), undefined, key)
    })

    test('an entry is gone at its expiresAt, and stays gone', async () => {
      const clock = testClock()
      const cache = await makeCache(clock.now)
      await cache.set('k', token(NOW + 60))
      clock.advance(59.999)
      assert.ok(await cache.get('k'))
      clock.advance(0.001)
      assert.equal(await cache.get('k'), undefined)
      clock.advance(1_000)
      assert.equal(await cache.get('k'), undefined)
    })

    test('reading an entry never prolongs it', async () => {
      const clock = testClock()
      const cache = await makeCache(clock.now)
      await cache.set('k', token(NOW + 60))
      for (let second = 0; second < 60; second++) {
        await cache.get('k')
        clock.advance(1)
      }
      assert.equal(await cache.get('k'), undefined)
    })

    for (const expiresAt of [NOW, NOW - 1, 0, -1, Number.NaN]) {
      test(`an entry that has expired before it is put in is never returned: ${expiresAt - NOW}`, async () => {
        const cache = await makeCache(() => NOW)
        await cache.set('k', token(expiresAt))
        assert.equal(await cache.get('k'), undefined)
      })
    }

    test('the last entry under a key counts, its expiry too', async () => {
      const clock = testClock()
      const cache = await makeCache(clock.now)
      await cache.set('k', token(NOW + 600, 'alice'))
      await cache.set('k', token(NOW + 60, 'bob'))
      assert.equal((await cache.get('k'))?.principal.subject, 'bob')
      clock.advance(60)
      assert.equal(await cache.get('k'), undefined)
    })

    test('entries are told apart', async () => {
      const cache = await makeCache(() => NOW)
      for (let index = 0; index < 100; index++) await cache.set(`k${index}`, token(NOW + 60, `user-${index}`))
      for (let index = 0; index < 100; index++) {
        const found = await cache.get(`k${index}`)
        if (found) assert.equal(found.principal.subject, `user-${index}`)
      }
    })
  })
}
