import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { assertReplayStore, onceOnly, type TokenId } from '../../../lib/revoke/once-only.ts'
import { claimedOnce } from '../../support/claimed-once.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

const TOKEN: TokenId = { kind: 'logout', issuer: 'https://a.test', jti: '1' }

/** Work that is counted, and fails as often as a test says. */
function countedWork(failures = 0) {
  const counted = {
    done: 0,
    async work() {
      counted.done++
      if (counted.done <= failures) throw new Error('failed')
    },
  }
  return counted
}

test('what a token asks for is done once, and the token is claimed until it expires', async () => {
  const store = claimedOnce()
  const once = onceOnly(store)
  const { work } = countedWork()
  assert.equal(await once(TOKEN, 10, work), true)
  assert.equal(await once(TOKEN, 10, work), false)
  assert.deepEqual([...store.claims.values()], [10])
})

test('tokens of one name, of two issuers or of two kinds, are two', async () => {
  const once = onceOnly(claimedOnce())
  const { work } = countedWork()
  const others: readonly TokenId[] = [
    TOKEN,
    { ...TOKEN, issuer: 'https://b.test' },
    { ...TOKEN, kind: 'security-event' },
  ]
  for (const token of others) assert.equal(await once(token, 10, work), true)
})

suite('a token that comes again', () => {
  test('at the same time waits for the first, and is not done again', async () => {
    const once = onceOnly(claimedOnce())
    const counted = countedWork()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => once(TOKEN, 10, counted.work)))
    assert.equal(outcomes.filter((isFirst) => isFirst).length, 1)
    assert.equal(counted.done, 1)
  })

  test('later is not done again in this process, and in another one to no effect', async () => {
    const store = claimedOnce()
    const [here, there] = [onceOnly(store), onceOnly(store)]
    const counted = countedWork()
    for (let index = 0; index < 5; index++) await here(TOKEN, 10, counted.work)
    assert.equal(counted.done, 1)
    assert.equal(await there(TOKEN, 10, counted.work), false)
    assert.equal(await there(TOKEN, 10, counted.work), false)
    assert.equal(counted.done, 2)
  })

  test('after a failure is the first again: nothing that it asks for is lost', async () => {
    const store = claimedOnce()
    const once = onceOnly(store)
    const counted = countedWork(1)
    await assert.rejects(once(TOKEN, 10, counted.work), /failed/)
    assert.equal(store.claims.size, 0)
    assert.equal(await once(TOKEN, 10, counted.work), true)
    assert.equal(counted.done, 2)
  })

  test('while the first fails, fails too: its sender tries again', async () => {
    const once = onceOnly(claimedOnce())
    const counted = countedWork(1)
    const outcomes = await Promise.allSettled([once(TOKEN, 10, counted.work), once(TOKEN, 10, counted.work)])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(await once(TOKEN, 10, counted.work), true)
  })
})

suite('a store', () => {
  test('that fails, or answers nothing, has not said that it is the first time', async () => {
    const store = claimedOnce()
    const once = onceOnly(store)
    const { work } = countedWork()
    store.setDown(true)
    await assert.rejects(once(TOKEN, 10, work), /down/)
    store.setDown(false)
    assert.equal(await once(TOKEN, 10, work), true)
    await assert.rejects(onceOnly({ claim: () => undefined as never })(TOKEN, 10, work), DependencyError)
  })

  test('that never answers is given up', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const answer = onceOnly({ claim: () => new Promise(() => undefined) })(TOKEN, 10, async () => undefined)
    await new Promise(setImmediate)
    context.mock.timers.tick(3_000)
    await assert.rejects(answer, DependencyError)
  })

  test('that is none is refused', () => {
    for (const store of [undefined, null, {}]) {
      assertRefusedOption(() => assertReplayStore('factory', store), '"replays"', 'memoryReplayStore')
    }
  })
})

test('what is remembered is bounded: the oldest is forgotten, and then its store still knows', async () => {
  const store = claimedOnce()
  const once = onceOnly(store)
  const counted = countedWork()
  for (let index = 0; index <= 10_000; index++) await once({ ...TOKEN, jti: String(index) }, 10, counted.work)
  counted.done = 0
  assert.equal(await once({ ...TOKEN, jti: '0' }, 10, counted.work), false)
  assert.equal(counted.done, 1)
  assert.equal(await once({ ...TOKEN, jti: '10000' }, 10, counted.work), false)
  assert.equal(counted.done, 1)
})
