import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertReachable } from '../../../lib/authorize/reachable.ts'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import { createRouteTable, type RouteTableOptions } from '../../../lib/authorize/route-table.ts'
import { pathCanonicalizer } from '../../../lib/request/canonical-path.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

type Short = string | Omit<RouteRule, 'authenticated'>
const canonicalize = pathCanonicalizer()
const METHODS = ['GET', 'HEAD', 'POST']

function table(rules: readonly Short[], options: RouteTableOptions = {}) {
  const list = rules.map((rule) => ({
    authenticated: true as const,
    ...(typeof rule === 'string' ? { path: rule } : rule),
  }))
  return createRouteTable(list, (path) => canonicalize(path)?.segments, options)
}

suite('a rule that governs nothing is refused, with one that does in its place', () => {
  const cases: readonly (readonly [readonly Short[], RouteTableOptions, ...string[]])[] = [
    [['/a/**', '/a', '/a/:x/**'], {}, '"* /a/**" governs nothing', '"* /a/:x/**"'],
    [['/**', '/', '/*', '/*/*', '/*/*/**'], {}, '"* /**"'],
    [
      [{ path: '/a' }, { path: '/a', methods: ['GET', 'POST'] }],
      { methods: METHODS },
      '"* /a" governs nothing',
      '"GET,POST /a"',
    ],
    [[{ path: '/a' }, { path: '/a', hosts: ['*.test'] }], { hosts: ['a.test', 'b.test'] }, '"* /a"', '"* *.test/a"'],
    [
      [{ path: '/a', methods: ['PATCH'] }],
      { methods: METHODS },
      '"PATCH /a"',
      'names PATCH',
      '"methods" of the boundary',
    ],
    [[{ path: '/a', methods: ['GET', 'PATCH'] }], { methods: METHODS }, 'names PATCH'],
    [[{ path: '/a', hosts: ['a.test'] }], { hosts: ['b.test'] }, '"* a.test/a"', '"hosts" of the boundary'],
    [[{ path: '/a', hosts: ['*.b.test'] }], { hosts: ['b.test'] }, '"hosts" of the boundary'],
  ]
  for (const [rules, options, ...words] of cases) {
    test(JSON.stringify(rules), () => assertRefusedOption(() => table(rules, options), 'routes', ...words))
  }
})

suite('a rule that governs something is none of these', () => {
  const cases: readonly (readonly [readonly Short[], RouteTableOptions])[] = [
    [['/a/**', '/a/:x/**'], {}],
    [['/a/**', '/a', '/a/:x'], {}],
    [['/a/**', '/a', '/a/b/**', '/a/c/**'], {}],
    [[{ path: '/a' }, { path: '/a', methods: ['GET'] }], { methods: METHODS }],
    [[{ path: '/a' }, { path: '/a', methods: ['GET', 'POST'] }], {}],
    [[{ path: '/a', methods: ['GET'] }], { methods: ['GET', 'POST'] }],
    [[{ path: '/a' }, { path: '/a', hosts: ['a.test'] }], { hosts: ['a.test', 'b.test'] }],
    [[{ path: '/a' }, { path: '/a', hosts: ['*.test'] }], {}],
    [
      [
        { path: '/a', hosts: ['*.test'] },
        { path: '/a', hosts: ['a.test'] },
      ],
      {},
    ],
    [['/:x/b', '/a/:y', '/a/b', '/:x/:y'], {}],
    [
      [{ path: '/a/**' }, { path: '/a', methods: ['GET'] }, { path: '/a/:x/**', methods: ['GET'] }],
      { methods: METHODS },
    ],
  ]
  for (const [rules, options] of cases)
    test(JSON.stringify(rules), () => assert.doesNotThrow(() => table(rules, options)))
})

test('a table that finds another rule everywhere is noticed', () => {
  const { rules, match } = table(['/a', '/b'])
  const patterned = rules.map((rule) => ({
    rule,
    written: { path: '/a' },
    pattern: [{ kind: 'literal', text: 'a' } as const],
  }))
  assertRefusedOption(() => assertReachable(patterned, match, {}), '"* /b" governs nothing, for "* /a"')
})
