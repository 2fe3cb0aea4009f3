import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import { createRouteTable } from '../../../lib/authorize/route-table.ts'
import { type PathOptions, pathCanonicalizer } from '../../../lib/request/canonical-path.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

type Short = string | readonly string[]

/** Rules that ask for a principal: a path, or methods and a path. */
function table(rules: readonly Short[], options: PathOptions = {}) {
  const canonicalize = pathCanonicalizer(options)
  const list = rules.map((rule): RouteRule => {
    if (typeof rule === 'string') return { path: rule, authenticated: true }
    return { path: rule.at(-1) ?? '', methods: rule.slice(0, -1), authenticated: true }
  })
  const routes = createRouteTable(list, (path) => canonicalize(path)?.segments)
  return (method: string, path: string) => {
    const segments = canonicalize(path)?.segments
    return segments && routes.match({ method, segments, host: 'api.example.test' })?.id
  }
}

suite('the most specific rule governs', () => {
  const match = table([
    '/**',
    '/orders',
    '/orders/**',
    '/orders/:id',
    '/orders/new',
    '/orders/:id/lines',
    '/:any/new',
    '/',
  ])
  const cases: readonly (readonly [string, string])[] = [
    ['/', '* /'],
    ['/orders', '* /orders'],
    ['/orders/', '* /orders'],
    ['/orders/new', '* /orders/new'],
    ['/orders/42', '* /orders/:id'],
    ['/orders/42/lines', '* /orders/:id/lines'],
    ['/orders/new/lines', '* /orders/:id/lines'],
    ['/orders/42/lines/1', '* /orders/**'],
    ['/users/new', '* /:any/new'],
    ['/users/old', '* /**'],
    ['/users', '* /**'],
  ]
  for (const [path, rule] of cases) test(`${path}: ${rule}`, () => assert.equal(match('GET', path), rule))
})

suite('what no rule names has none', () => {
  const match = table([['GET', '/orders'], '/a/:b', ['POST', '/c/**']])
  for (const [method, path] of [
    ['POST', '/orders'],
    ['GET', '/'],
    ['GET', '/orders/42'],
    ['GET', '/a'],
    ['GET', '/a/b/c'],
    ['GET', '/c/d'],
    ['GET', '/constructor'],
    ['GET', '/__proto__'],
  ] as const) {
    test(`${method} ${path}`, () => assert.equal(match(method, path), undefined))
  }
})

test('"**" names what is above it too, and "*" and ":name" exactly one segment', () => {
  const match = table(['/a/**', '/b/*'])
  assert.equal(match('GET', '/a'), '* /a/**')
  assert.equal(match('GET', '/a/'), '* /a/**')
  assert.equal(match('GET', '/ab'), undefined)
  assert.equal(match('GET', '/b/'), undefined)
  assert.equal(match('GET', '/b/c'), '* /b/*')
})

suite('methods', () => {
  test('a rule that names the method goes before one that names none', () => {
    const match = table([['GET', '/a'], '/a'])
    assert.equal(match('GET', '/a'), 'GET /a')
    assert.equal(match('HEAD', '/a'), 'GET /a')
    assert.equal(match('POST', '/a'), '* /a')
  })
  test('a rule for GET governs HEAD; a rule for HEAD does not govern GET', () => {
    assert.equal(table([['GET', '/a']])('HEAD', '/a'), 'GET /a')
    assert.equal(table([['HEAD', '/a']])('GET', '/a'), undefined)
  })
  test('a less specific path governs the methods that a more specific one lacks', () => {
    const match = table([
      ['GET', '/a/b'],
      ['POST', '/a/:x'],
      ['PUT', '/a/**'],
      ['DELETE', '/**'],
    ])
    for (const [method, rule] of [
      ['GET', 'GET /a/b'],
      ['POST', 'POST /a/:x'],
      ['PUT', 'PUT /a/**'],
      ['DELETE', 'DELETE /**'],
      ['PATCH', undefined],
    ] as const) {
      assert.equal(match(method, '/a/b'), rule)
    }
  })
  test('the empty method is no wild card', () => {
    assert.equal(table([['GET', '/a']])('', '/a'), undefined)
  })
})

test('paths are matched as they are decoded and folded', () => {
  const match = table(['/Admin/:id', '/%63af%C3%A9'])
  for (const path of ['/admin/1', '/ADMIN/1', '/%41dmin/1', '/%EF%BC%A1dmin/1', '/admin/1/'])
    assert.equal(match('GET', path), '* /Admin/:id')
  for (const path of ['/caf%C3%A9', '/CAF%C3%89', '/cafe%CC%81']) assert.equal(match('GET', path), '* /%63af%C3%A9')
  const sensitive = table(['/Admin'], { caseSensitive: true })
  assert.equal(sensitive('GET', '/Admin'), '* /Admin')
  assert.equal(sensitive('GET', '/admin'), undefined)
})

suite('refused', () => {
  const ties: readonly (readonly Short[])[] = [
    ['/a', '/a'],
    ['/a', '/a/'],
    ['/a', '/A'],
    ['/a/:x', '/a/:y'],
    ['/a/:x', '/a/*'],
    ['/a/**', '/a/**'],
    [
      ['GET', '/a'],
      ['GET', 'POST', '/a'],
    ],
    [
      ['GET', '/a'],
      ['HEAD', '/a'],
    ],
    ['/caf%C3%A9', '/CAF%c3%89'],
  ]
  for (const rules of ties) {
    test(`a tie: ${JSON.stringify(rules)}`, () =>
      assertRefusedOption(() => table(rules), 'routes', 'govern the same requests'))
  }
  for (const rules of [[], undefined, {}, '/a', [undefined], ['/a']]) {
    test(String(JSON.stringify(rules)), () => {
      assertRefusedOption(() => createRouteTable(untyped(rules), () => []), 'routes')
    })
  }
  test('rules of one path for different methods are none', () => {
    assert.doesNotThrow(() => table([['GET', '/a'], ['POST', '/a'], '/a']))
  })
})

test('a look-up among 10,000 rules costs at most 3 times one among 10', () => {
  const sized = (size: number) => {
    const rules = Array.from({ length: size }, (_, index) => (index % 2 ? `/s${index}/:id/lines/**` : `/s${index}/**`))
    const paths = Array.from({ length: 500 }, (_, index) => `/s${(index * 7919) % size}/7/lines/1`)
    const match = table(rules)
    assert.ok(paths.every((path) => match('GET', path) !== undefined))
    return () => {
      const start = performance.now()
      for (let turn = 0; turn < 20; turn++) for (const path of paths) match('GET', path)
      return performance.now() - start
    }
  }
  const [few, many] = [sized(10), sized(10_000)]
  // In turn, and the best of each: what else the machine does makes a round slower, never faster.
  const rounds = Array.from({ length: 40 }, () => [few(), many()] as const)
  const ratio = Math.min(...rounds.map(([, each]) => each)) / Math.min(...rounds.map(([each]) => each))
  assert.ok(ratio <= 3, `${ratio.toFixed(1)} times`)
})
