import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { memoryRevocationStore } from '../../../lib/store/memory-revocations.ts'
import { NOW } from '../../support/access-token.ts'
import { principal } from '../../support/outcomes.ts'
import { revocationListUnderTest as listUnderTest } from '../../support/revocation-list-under-test.ts'
import { tokenRevocation } from '../../support/revocations.ts'
import { watchedRevocationStore } from '../../support/watched-revocation-store.ts'

const anyone = principal({ credentialId: 't9' })
const revoked = principal({ credentialId: 't1' })
const settled = () => new Promise((resolve) => setImmediate(resolve))

suite('a list that was never read', () => {
  test('is not fresh: a strict one throws, a lenient one goes on and says so', () => {
    for (const mode of ['strict', 'lenient'] as const) {
      const { list, watched, warnings } = listUnderTest({ mode })
      watched.fail(new Error('connection refused'))
      if (mode === 'strict') assert.throws(() => list.covers(anyone), DependencyError)
      else assert.equal(list.covers(anyone), false)
      assert.deepEqual(list.health(), { isFresh: false, asOf: undefined, entries: 0, problem: 'connection refused' })
      assert.equal(warnings.length, 2)
      assert.match(warnings[0] ?? '', /cannot be read: connection refused/)
      assert.match(warnings[1] ?? '', mode === 'strict' ? /503/ : /ACCEPTED/)
      for (let request = 0; request < 100; request++) {
        if (mode === 'lenient') list.covers(anyone)
      }
      assert.equal(warnings.length, 2, 'once')
    }
  })

  test('is waited for by ready(), which fails at the deadline and works later', async () => {
    const { list, watched, timer, inner } = listUnderTest({ deadlineMs: 20 })
    inner.append(tokenRevocation('t1'))
    watched.hold()
    await assert.rejects(list.ready(), /gave no answer within 20 ms/)
    assert.throws(() => list.covers(anyone), DependencyError)
    watched.release()
    timer.run()
    await list.ready()
    assert.deepEqual([list.covers(anyone), list.covers(revoked)], [false, true])
  })

  test('begins to read when somebody asks for its health, so that a probe can wait for it', () => {
    const { list, clock } = listUnderTest()
    assert.deepEqual(list.health(), { isFresh: true, asOf: clock.now(), entries: 0, problem: undefined })
  })
})

suite('a list that lost its feed', () => {
  for (const mode of ['strict', 'lenient'] as const) {
    test(`and is ${mode}`, () => {
      const { list, clock, timer, inner, watched, warnings } = listUnderTest({ mode, maxStaleSeconds: 30 })
      inner.append(tokenRevocation('t1'))
      list.health()
      watched.fail(new Error('gone'))
      for (let second = 0; second < 29; second++) {
        clock.advance(1)
        timer.run()
      }
      assert.deepEqual([list.covers(anyone), list.health().isFresh], [false, true])
      assert.equal(warnings.length, 1)
      clock.advance(1)
      assert.equal(list.health().isFresh, false)
      assert.equal(list.covers(revoked), true, 'what is known is known')
      if (mode === 'strict') assert.throws(() => list.covers(anyone), /not heard of changes for too long/)
      else assert.equal(list.covers(anyone), false)
      assert.equal(warnings.length, 2)
      inner.append(tokenRevocation('t9'))
      watched.fail(undefined)
      timer.run()
      assert.deepEqual([list.covers(anyone), list.health().isFresh], [true, true])
      watched.fail(new Error('gone'))
      timer.run()
      assert.equal(warnings.length, 3, 'and it is told anew')
    })
  }

  test('is as old as the question, not as the answer', async () => {
    const { list, clock, timer, watched } = listUnderTest({ maxStaleSeconds: 30 })
    list.health()
    watched.hold()
    timer.run()
    clock.advance(29)
    watched.release()
    await settled()
    assert.equal(list.health().asOf, NOW)
    clock.advance(1)
    assert.throws(() => list.covers(anyone), DependencyError)
  })

  test('is not read by every request: one reading at a time', () => {
    const { list, watched } = listUnderTest()
    watched.hold()
    for (let request = 0; request < 100; request++) assert.throws(() => list.covers(anyone), DependencyError)
    assert.deepEqual(watched.calls, ['read'])
  })

  test('a listener that throws stops nothing', () => {
    const { list, timer, watched, inner } = listUnderTest({
      warn: () => {
        throw new Error('no log')
      },
    })
    watched.fail(new Error('gone'))
    assert.throws(() => list.covers(anyone), DependencyError)
    watched.fail(undefined)
    inner.append(tokenRevocation('t1'))
    timer.run()
    assert.equal(list.covers(revoked), true)
  })
})

suite('a store that never comes to an end, or answers nonsense', () => {
  test('is not believed', async () => {
    const { store } = watchedRevocationStore(memoryRevocationStore())
    const endless = { ...store, read: async () => ({ revocations: [], cursor: '', isLast: false }) }
    const { list } = listUnderTest({ store: endless })
    assert.throws(() => list.covers(anyone), DependencyError)
    await settled()
    assert.deepEqual(
      [list.health().isFresh, list.health().problem],
      [false, 'revocation store: has more, and gives nothing of it'],
    )
  })

  const noBound = { kind: 'subject', subject: 'alice', expiresAt: NOW + 60 }
  const pages = [
    undefined,
    null,
    {},
    ...[{}, noBound].map((each) => ({ revocations: [each], cursor: '', isLast: true })),
  ]
  for (const page of pages) {
    test(`such as ${JSON.stringify(page)}`, () => {
      const { store } = watchedRevocationStore(memoryRevocationStore())
      const { list } = listUnderTest({ store: { ...store, read: () => page as never } })
      assert.throws(() => list.covers(anyone), DependencyError)
      assert.equal(list.health().isFresh, false)
    })
  }
})

suite('a clock that is set back', () => {
  test('by a moment stands still: it ends no request, and makes nothing fresh for longer than that', () => {
    const { list, clock, watched } = listUnderTest({ maxStaleSeconds: 30 })
    list.health()
    watched.hold()
    for (const back of [0.005, 0.5, 0.495]) {
      clock.advance(-back)
      assert.equal(list.covers(anyone), false)
    }
    assert.equal(list.health().asOf, NOW)
    clock.set(NOW + 29)
    assert.equal(list.covers(anyone), false)
    clock.set(NOW + 30)
    assert.throws(() => list.covers(anyone), DependencyError)
    clock.set(NOW + 28.9)
    assert.throws(() => list.covers(anyone), DependencyError, 'a second is all that it stands still')
  })

  test('makes nothing fresh for longer: what it knows is doubted until it has been read anew', () => {
    const { list, clock, watched, timer } = listUnderTest()
    list.health()
    watched.fail(new Error('gone'))
    clock.advance(-3_600)
    assert.throws(() => list.covers(anyone), DependencyError)
    clock.set(NOW)
    timer.run()
    assert.throws(() => list.covers(anyone), DependencyError, 'nor when it has caught up')
    watched.fail(undefined)
    timer.run()
    assert.equal(list.covers(anyone), false)
  })

  test('is no outage while the store answers', () => {
    const { list, clock } = listUnderTest()
    list.health()
    clock.advance(-3_600)
    assert.equal(list.covers(anyone), false)
    assert.equal(list.health().asOf, NOW - 3_600)
  })

  test('brings back what was dropped when it was ahead', () => {
    const { list, clock, timer, inner } = listUnderTest()
    inner.append(tokenRevocation('t1', NOW + 60))
    inner.append(tokenRevocation('t2', NOW + 60))
    assert.equal(list.covers(revoked), true)
    clock.advance(3_000)
    timer.run()
    assert.deepEqual([list.covers(revoked), list.health().entries], [false, 0])
    clock.set(NOW + 10)
    assert.equal(list.covers(revoked), true)
  })

  test('while a reading is on its way, that reading proves nothing', async () => {
    const { list, clock, watched } = listUnderTest({ maxStaleSeconds: 30 })
    watched.hold()
    assert.throws(() => list.covers(anyone), DependencyError)
    clock.advance(-20)
    watched.release()
    await settled()
    assert.equal(list.health().asOf, NOW - 20)
    clock.advance(30)
    assert.throws(() => list.covers(anyone), DependencyError)
  })

  test('even if that was seen before it came, and the next reading fails', async () => {
    const { list, clock, watched } = listUnderTest({ maxStaleSeconds: 30 })
    watched.hold()
    assert.throws(() => list.covers(anyone), DependencyError)
    clock.advance(-20)
    assert.throws(() => list.covers(anyone), DependencyError)
    watched.fail(new Error('gone'))
    watched.release()
    await settled()
    assert.equal(list.health().asOf, undefined)
    assert.throws(() => list.covers(anyone), DependencyError)
  })
})
