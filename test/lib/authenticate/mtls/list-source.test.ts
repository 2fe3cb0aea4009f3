import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DerError } from '../../../../lib/authenticate/mtls/der.ts'
import { isUrl, ListSource, problemOf } from '../../../../lib/authenticate/mtls/list-source.ts'
import { testClock } from '../../../support/clock.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

const NOW = Math.floor(Date.now() / 1000)

test('places and problems', () => {
  assert.deepEqual(['https://a/', 'HTTP://a/', 'a.crl', '/http:'].map(isUrl), [true, true, false, false])
  assert.match(problemOf(new DerError('truncated')), /truncated/)
  assert.doesNotMatch(problemOf(new Error('ENOENT secret')), /secret/)
})

suite('a place of lists', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const authority = parsed(root)
  const day = await root.list({ thisUpdate: NOW - 10, nextUpdate: NOW + 86_400 })

  function sourceOf(answers: readonly (() => Promise<Response>)[], deadlineMs = 20_000) {
    const clock = testClock(NOW)
    let asked = 0
    const source = new ListSource('https://crl.test/', {
      authorities: () => [authority],
      refreshAfterSeconds: 300,
      deadlineMs,
      fetch: () => (answers[Math.min(asked++, answers.length - 1)] ?? assert.fail)() as Promise<Response>,
      now: clock.now,
      warn: () => undefined,
    })
    return { source, clock, asked: () => asked }
  }
  const good = async () => new Response(day)
  const down = async () => Response.error()

  test('is looked at once by all who wait', async () => {
    const { source, asked } = sourceOf([good])
    assert.equal(source.isNeededFor('anybody', NOW), true)
    await Promise.all([source.load(), source.load(), source.load()])
    assert.equal(asked(), 1)
    assert.equal(source.lists.length, 1)
    assert.equal(source.isNeededFor(authority.authorityId, NOW), false)
    assert.equal(source.isNeededFor(authority.authorityId, NOW + 86_401), true)
    assert.equal(source.isNeededFor('another', NOW + 86_401), false)
  })

  test('is looked at again when it is due, also by a clock that was set back', async () => {
    const { source, clock, asked } = sourceOf([good])
    await source.load()
    source.refreshAhead(clock.now())
    assert.equal(asked(), 1)
    source.refreshAhead(NOW + 301)
    assert.equal(asked(), 2)
    await source.load()
    source.refreshAhead(NOW - 10)
    assert.equal(asked(), 3)
  })

  test('after a failure waits a little, unless told to look', async () => {
    const { source, clock, asked } = sourceOf([down, good])
    await assert.rejects(source.load(), { name: 'DependencyError' })
    await assert.rejects(source.load(), /next try/)
    assert.equal(asked(), 1)
    clock.advance(6)
    await source.load()
    assert.equal(source.lists.length, 1)
  })

  test('of a place that is silent nobody waits for longer than the deadline', async () => {
    const { source } = sourceOf([() => new Promise(() => undefined)], 20)
    await assert.rejects(source.load(), /no answer/)
  })

  test('lists from the future, and older ones than before, are not taken', async () => {
    const { source } = sourceOf([good])
    await source.load()
    const future = await root.list({ thisUpdate: NOW + 900, nextUpdate: NOW + 86_400 })
    assert.throws(() => source.accept(future), /future/)
    const older = await root.list({ thisUpdate: NOW - 900, nextUpdate: NOW + 86_400 })
    assert.throws(() => source.accept(older), /older/)
    assert.throws(() => source.accept(''), /no list/)
    assert.throws(() => source.accept(day + older), /older/)
    assert.throws(() => source.accept(day.repeat(101)), /too many/)
    assert.equal(source.lists[0]?.thisUpdate, NOW - 10)
  })
})
