import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { revocationList } from '../../../lib/store/local-revocation-list.ts'
import { memoryRevocationStore } from '../../../lib/store/memory-revocations.ts'
import { NOW } from '../../support/access-token.ts'
import { atOnce, principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { COVERED, NOT_COVERED } from '../../support/revocation-cases.ts'
import { revocationListUnderTest as listUnderTest } from '../../support/revocation-list-under-test.ts'
import { tokenRevocation } from '../../support/revocations.ts'

const withToken = (credentialId: string) => principal({ credentialId })

suite('covers', () => {
  for (const [expected, cases] of [
    [true, COVERED],
    [false, NOT_COVERED],
  ] as const) {
    for (const [name, revocation, fields] of cases) {
      test(`${expected ? '' : 'not: '}${name}`, () => {
        const { list } = listUnderTest()
        atOnce(list.revoke(revocation))
        assert.equal(list.covers(principal(fields)), expected)
      })
    }
  }

  test('answers at once from the first request on, when the store does', () => {
    const { list, inner } = listUnderTest()
    inner.append(tokenRevocation('t1'))
    assert.equal(list.covers(withToken('t1')), true)
    assert.equal(list.covers(withToken('t2')), false)
  })

  test('what another instance appends counts from the next poll on', () => {
    const { list, inner, timer } = listUnderTest()
    assert.equal(list.covers(withToken('t1')), false)
    inner.append(tokenRevocation('t1'))
    assert.equal(list.covers(withToken('t1')), false)
    assert.deepEqual(timer.delays(), [1_000])
    timer.run()
    assert.equal(list.covers(withToken('t1')), true)
  })

  test('an entry counts until its end and the margin after it, and is dropped then', () => {
    const { list, clock, timer } = listUnderTest({ marginSeconds: 300 })
    list.revoke(tokenRevocation('t1', NOW + 60))
    clock.advance(359)
    timer.run()
    assert.deepEqual([list.covers(withToken('t1')), list.health().entries], [true, 1])
    clock.advance(1)
    assert.equal(list.covers(withToken('t1')), false)
    clock.advance(60)
    timer.run()
    assert.equal(list.health().entries, 0)
  })

  test('what has ended before it is revoked is not kept', () => {
    const { list, inner } = listUnderTest({ marginSeconds: 0 })
    list.revoke(tokenRevocation('t1', NOW))
    assert.deepEqual([list.health().entries, atOnce(inner.read('', 9)).revocations], [0, []])
  })
})

suite('revoke', () => {
  test('is durable when it resolves, and counts at once', async () => {
    const { list, inner, watched } = listUnderTest()
    list.health()
    watched.hold()
    const revoked = list.revoke(tokenRevocation('t1'))
    assert.equal(list.covers(withToken('t1')), true)
    assert.equal(atOnce(inner.read('', 9)).revocations.length, 0)
    watched.release()
    await revoked
    assert.equal(atOnce(inner.read('', 9)).revocations.length, 1)
  })

  for (const error of [new Error('down'), undefined, new DependencyError('revocation store', 'is full')]) {
    test(`that is not kept fails, and counts here: ${error}`, async () => {
      const { list, watched } = listUnderTest()
      list.health()
      watched.fail(error ?? null)
      await assert.rejects(async () => list.revoke(tokenRevocation('t1')), { name: 'DependencyError' })
      assert.equal(list.covers(withToken('t1')), true)
    })
  }

  test('that is not answered fails at the deadline', async () => {
    const { list, watched } = listUnderTest({ deadlineMs: 20 })
    list.health()
    watched.hold()
    await assert.rejects(async () => list.revoke(tokenRevocation('t1')), /gave no answer within 20 ms/)
  })

  test('of something that is no revocation is a mistake', () => {
    const { list } = listUnderTest()
    for (const value of [undefined, {}, { ...tokenRevocation('t1'), before: 1 }]) {
      assert.throws(() => list.revoke(untyped(value)), TypeError)
    }
  })

  test('into a full list is refused, and nothing is forgotten early', () => {
    const { list, inner, clock } = listUnderTest({ maxEntries: 2, marginSeconds: 0 })
    list.revoke(tokenRevocation('t1', NOW + 10))
    list.revoke(tokenRevocation('t2'))
    assert.throws(() => list.revoke(tokenRevocation('t3')), /full.*maxEntries/)
    assert.equal(atOnce(inner.read('', 9)).revocations.length, 2)
    assert.deepEqual([list.covers(withToken('t1')), list.covers(withToken('t2'))], [true, true])
    clock.advance(10)
    list.revoke(tokenRevocation('t3'))
    assert.equal(list.covers(withToken('t3')), true)
  })
})

suite('a list that is full for what others append', () => {
  test('is not fresh any more, says why, and goes on when there is room', () => {
    const { list, inner, clock, timer, warnings } = listUnderTest({ maxEntries: 2, marginSeconds: 0 })
    for (const each of ['t1', 't2']) list.revoke(tokenRevocation(each, NOW + 100))
    inner.append(tokenRevocation('t3'))
    timer.run()
    assert.match(list.health().problem ?? '', /full/)
    assert.match(warnings.join(), /cannot be read: revocation list: is full/)
    clock.advance(31)
    assert.throws(() => list.covers(withToken('t9')), DependencyError)
    clock.advance(70)
    timer.run()
    assert.equal(list.covers(withToken('t3')), true)
    assert.deepEqual([list.covers(withToken('t9')), list.health().problem], [false, undefined])
  })
})

suite('the store is tidied', () => {
  test('of what ended long ago, now and then; a failure of that is no failure of the list', () => {
    const { list, inner, clock, timer, watched } = listUnderTest()
    inner.append(tokenRevocation('old', NOW - 10_000))
    inner.append(tokenRevocation('new', NOW - 1_000))
    list.health()
    assert.equal(atOnce(inner.read('', 9)).revocations.length, 1)
    for (let second = 0; second < 1_200; second++) {
      clock.advance(1)
      timer.run()
    }
    assert.equal(watched.calls.filter((call) => call === 'purge').length, 3)
  })

  test('a failure of that is told, and is no failure of the list', async () => {
    const store = { ...memoryRevocationStore(), purge: () => Promise.reject(new Error('no right')) }
    const { list, warnings } = listUnderTest({ store })
    assert.equal(list.covers(withToken('t1')), false)
    await new Promise((resolve) => setImmediate(resolve))
    assert.match(warnings.join(), /cannot remove from the store/)
    assert.ok(list.health().isFresh)
  })
})

test('after close nothing is read any more', () => {
  const { list, timer, watched } = listUnderTest()
  list.health()
  list.close()
  assert.deepEqual(timer.delays(), [])
  timer.run()
  assert.equal(watched.calls.filter((call) => call === 'read').length, 1)
})

suite('refuses', () => {
  const store = memoryRevocationStore()
  for (const [options, ...words] of [
    [null, 'object'],
    [{}, '"store"'],
    [{ store: {} }, '"store"'],
    [{ store, strict: true }, 'unknown option "strict"'],
    [{ store, mode: 'open' }, '"mode"', '"lenient"'],
    [{ store, maxStaleSeconds: 0 }, '"maxStaleSeconds"'],
    [{ store, maxStaleSeconds: Number.POSITIVE_INFINITY }, '"maxStaleSeconds"'],
    [{ store, maxStaleSeconds: 1, pollIntervalMs: 1_000 }, '"maxStaleSeconds"', '"pollIntervalMs"'],
    [{ store, pollIntervalMs: 0 }, '"pollIntervalMs"'],
    [{ store, deadlineMs: -1 }, '"deadlineMs"'],
    [{ store, maxEntries: 0 }, '"maxEntries"'],
    [{ store, marginSeconds: -1 }, '"marginSeconds"'],
    [{ store, now: 1 }, '"now"'],
    [{ store, schedule: 1 }, '"schedule"'],
    [{ store, warn: 1 }, '"warn"'],
  ] as const) {
    test(JSON.stringify(options), () => {
      assertRefusedOption(() => revocationList(untyped(options)), 'revocationList', ...words)
    })
  }
})
