import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Awaitable, Clock } from '../../lib/effects.ts'
import type { ReleasableReplayStore } from '../../lib/store/replay-store.ts'
import { NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'

export interface ReplayStoreOptions {
  readonly skip?: string | false
}

/**
 * What every replay store does. The real time that a server counts does not pass in these tests.
 * @param makeStore makes an empty store that lives by the clock given; whoever makes it also disposes of it
 */
export function replayStoreContract(
  name: string,
  makeStore: (now: Clock) => Awaitable<ReleasableReplayStore>,
  { skip = false }: ReplayStoreOptions = {},
): void {
  suite(`${name} is a replay store`, { skip }, () => {
    test('an id is claimed once, and others beside it', async () => {
      const store = await makeStore(() => NOW)
      assert.equal(await store.claim('one', NOW + 60), true)
      assert.equal(await store.claim('one', NOW + 60), false)
      assert.equal(await store.claim('two', NOW + 60), true)
      assert.equal(await store.claim('one', NOW + 60), false)
      assert.equal(await store.claim('two', NOW + 60), false)
    })

    test('of 1,000 claims of one id at once, one is the first', async () => {
      const store = await makeStore(() => NOW)
      const claims = await Promise.all(Array.from({ length: 1_000 }, () => store.claim('id', NOW + 60)))
      assert.equal(claims.filter((first) => first === true).length, 1)
      assert.equal(claims.filter((first) => first === false).length, 999)
    })

    test('an id is claimed until it expires, whatever other claims of it say', async () => {
      const clock = testClock()
      const store = await makeStore(clock.now)
      assert.equal(await store.claim('id', NOW + 60), true)
      for (const second of [1, 30, 59, 59.999]) {
        clock.set(NOW + second)
        assert.equal(await store.claim('id', NOW + 3_600), false, `${second}`)
        assert.equal(await store.claim('id', NOW + 60), false, `${second}`)
      }
    })

    test('an id that is released can be claimed again, by one; others stay claimed', async () => {
      const store = await makeStore(() => NOW)
      for (const id of ['one', 'two']) await store.claim(id, NOW + 60)
      await store.release('one')
      await store.release('never claimed')
      const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim('one', NOW + 120)))
      assert.equal(claims.filter((first) => first === true).length, 1)
      assert.equal(await store.claim('two', NOW + 60), false)
    })

    for (const [expiresAt, what] of [
      [NOW, 'now'],
      [NOW - 1, 'a second ago'],
      [0, '1970'],
      [Number.NEGATIVE_INFINITY, 'never was'],
      [Number.POSITIVE_INFINITY, 'never is'],
      [Number.NaN, 'no time'],
    ] as const) {
      test(`what expires at a time that is not ahead is not claimed: ${what}`, async () => {
        const store = await makeStore(() => NOW)
        assert.equal(await store.claim('id', expiresAt), false)
        assert.equal(await store.claim('id', NOW + 60), true, 'and leaves nothing behind')
      })
    }

    test('an id stays claimed when the clock is set back, be it past its expiry before', async () => {
      const clock = testClock()
      const store = await makeStore(clock.now)
      assert.equal(await store.claim('id', NOW + 60), true)
      clock.set(NOW - 3_600)
      assert.equal(await store.claim('id', NOW + 60), false)
      clock.set(NOW + 61)
      await store.claim('another', NOW + 120)
      assert.equal(await store.claim('id', NOW + 60), false)
      clock.set(NOW + 30)
      assert.equal(await store.claim('id', NOW + 60), false)
    })

    test('ids are told apart by every character, and may hold any', async () => {
      const store = await makeStore(() => NOW)
      const ids = [
        '',
        ' ',
        'id',
        'Id',
        'id ',
        'id\n',
        'id\r\nSET x 1',
        'id\0',
        'id:',
        '*',
        '{id}',
        '__proto__',
        '\u00e9',
      ]
      for (const id of ids) assert.equal(await store.claim(id, NOW + 60), true, JSON.stringify(id))
      for (const id of ids) assert.equal(await store.claim(id, NOW + 60), false, JSON.stringify(id))
    })

    test('ids are told apart by their last character, however long', async () => {
      const store = await makeStore(() => NOW)
      const long = 'x'.repeat(1_000_000)
      assert.equal(await store.claim(`${long}1`, NOW + 60), true)
      assert.equal(await store.claim(`${long}2`, NOW + 60), true)
      assert.equal(await store.claim(`${long}1`, NOW + 60), false)
    })
  })
}
