import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalTargets } from '../../../lib/request/canonical-target.ts'

test('path, segments and query are told apart', () => {
  const read = canonicalTargets(undefined)
  const { path, segments, query } = read('/Orders/%34%32?a=%20b?c') ?? assert.fail()
  assert.deepEqual([path, segments, query], ['/Orders/42', ['orders', '42'], 'a=%20b?c'])
})

test('what is remembered is the same, and cannot be changed', () => {
  const read = canonicalTargets(undefined)
  const first = read('/orders/42') ?? assert.fail()
  const again = read(['/orders', '42'].join('/')) ?? assert.fail()
  assert.equal(again, first)
  assert.throws(() => (first.segments as string[]).push('admin'), TypeError)
  assert.throws(() => {
    ;(first.segments as string[])[0] = 'admin'
  }, TypeError)
})

test('a target is never taken for another, however many there are', () => {
  const read = canonicalTargets(undefined)
  const targets = Array.from({ length: 5_000 }, (_, index) => `/a${index % 7}/b${index}?c${index % 3}`)
  for (const target of [...targets, ...targets.toReversed()]) {
    const { path, query, segments } = read(target) ?? assert.fail()
    assert.equal(`${path}?${query}`, target)
    assert.equal(`/${segments.join('/')}`, path)
  }
})

test('what has no canonical path has none the second time either', () => {
  const read = canonicalTargets(undefined)
  for (const target of ['/a/../b', '*', '', '/', '//', '/a?b#c', '/a;b', '/%2e', 'http://a.test/']) {
    const first = read(target)
    assert.deepEqual(read(target), first, target)
    if (target !== '/') assert.equal(first, undefined, target)
  }
})

test('long targets are read like short ones', () => {
  const read = canonicalTargets(undefined)
  const long = `/${'a'.repeat(1_000)}`
  assert.equal(read(long)?.path, long)
  assert.notEqual(read(long), read(long))
})
