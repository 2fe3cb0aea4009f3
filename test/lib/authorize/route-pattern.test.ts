import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parsePattern } from '../../../lib/authorize/route-pattern.ts'
import { pathCanonicalizer } from '../../../lib/request/canonical-path.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

const canonicalize = pathCanonicalizer()
const parse = (pattern: unknown) => parsePattern(pattern, (path) => canonicalize(path)?.segments)
const literal = (text: string) => ({ kind: 'literal', text })
const ONE = { kind: 'one' }
const REST = { kind: 'rest' }

suite('a pattern is read as paths are', () => {
  const patterns: readonly (readonly [string, readonly object[]])[] = [
    ['/', []],
    ['/orders', [literal('orders')]],
    ['/orders/', [literal('orders')]],
    ['/Orders/%34%32', [literal('orders'), literal('42')]],
    ['/caf%C3%A9', [literal('caf\u00e9')]],
    ['/orders/:id', [literal('orders'), ONE]],
    ['/orders/*/lines', [literal('orders'), ONE, literal('lines')]],
    ['/**', [REST]],
    ['/orders/**', [literal('orders'), REST]],
    ['/:a/:b/**', [ONE, ONE, REST]],
    ['/%3Aid', [literal(':id')]],
  ]
  for (const [pattern, segments] of patterns) test(pattern, () => assert.deepEqual(parse(pattern), segments))
})

suite('what no canonical path could match is refused', () => {
  const bad = [
    '',
    'orders',
    '*',
    '**',
    '/a//b',
    '//',
    '/a/../b',
    '/a/.',
    '/a;b',
    '/a%2fb',
    '/%zz',
    '/a b',
    '/caf\u00e9',
    '/a?b',
    '/a#b',
  ]
  for (const pattern of [
    ...bad,
    '/**/a',
    '/a/**/b',
    '/a*',
    '/*a',
    '/a**',
    '/***',
    '/:',
    '/:1',
    '/:a-b',
    '/::a',
    undefined,
    null,
    1,
    /x/,
    ['/a'],
  ]) {
    test(String(JSON.stringify(pattern)), () => assertRefusedOption(() => parse(pattern), 'routes', '"path"'))
  }
})
