import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import { createRouteTable } from '../../../lib/authorize/route-table.ts'
import { type PathOptions, pathCanonicalizer } from '../../../lib/request/canonical-path.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { type SeededRandom, seededRandom } from '../../support/seeded-random.ts'

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
    return segments && routes.match({ method, segments })?.id
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

suite('for any table and request, it is what a naive reading finds', () => {
  const NAMES: [string, ...string[]] = ['a', 'b', 'c']
  const METHODS: [string, ...string[]] = ['GET', 'HEAD', 'POST', 'PUT']

  for (const seed of [11, 12, 13, 14]) {
    test(`seed ${seed}`, () => {
      const random = seededRandom(seed)
      let matched = 0
      for (let round = 0; round < 400; round++) {
        const rules = randomRules(random)
        const match = table(rules.map(({ path, methods }): Short => (methods.length === 0 ? path : [...methods, path])))
        for (let request = 0; request < 40; request++) {
          const path = `/${Array.from({ length: random.integer(5) }, () => random.pick(NAMES)).join('/')}`
          const method = random.pick(METHODS)
          const expected = naiveMatch(rules, method, path)
          if (expected !== undefined) matched++
          assert.equal(match(method, path), expected, `${method} ${path} in ${JSON.stringify(rules)}`)
        }
      }
      assert.ok(matched > 2_000, `${matched} matched`)
    })
  }

  interface NaiveRule {
    readonly path: string
    readonly methods: readonly string[]
  }

  /** At most one rule for each path and method: no ties. */
  function randomRules(random: SeededRandom): readonly NaiveRule[] {
    const rules = new Map<string, NaiveRule>()
    for (let count = 1 + random.integer(8); count > 0; count--) {
      const pieces = Array.from({ length: random.integer(4) }, () =>
        random.pick([...NAMES, ':x', ':x'] as [string, ...string[]]),
      )
      if (random.chance(0.3)) pieces.push('**')
      const path = `/${pieces.join('/')}`
      const methods = random.chance(0.5) ? [] : [random.pick(['GET', 'POST', 'PUT'])]
      rules.set(`${methods} ${path}`, { path, methods })
    }
    return [...rules.values()]
  }

  function naiveMatch(rules: readonly NaiveRule[], method: string, path: string): string | undefined {
    const candidates = rules.filter((rule) => namesPath(rule.path, path) && namesMethod(rule, method))
    candidates.sort((one, other) => compare(specificity(one), specificity(other)))
    const best = candidates[0]
    return best && `${best.methods.join(',') || '*'} ${best.path}`
  }

  const namesPath = (pattern: string, path: string) =>
    new RegExp(`^${pattern.replaceAll(':x', '[^/]+').replace(/\/\*\*$/, '(/.*)?')}/?$`).test(path)

  const namesMethod = ({ methods }: NaiveRule, method: string) =>
    methods.length === 0 || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'))

  /** Segment by segment: a literal, one of any, the end, any number; then whether the method is named. */
  function specificity({ path, methods }: NaiveRule): string {
    const ranks = path
      .split('/')
      .slice(1)
      .filter((piece) => piece !== '')
    const letters = ranks.map((piece) => (piece === '**' ? '3' : piece === ':x' ? '1' : '0')).join('')
    return `${letters.endsWith('3') ? letters : `${letters}2`}${methods.length === 0 ? '1' : '0'}`
  }

  function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0
  }
})
