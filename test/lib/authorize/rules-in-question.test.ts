import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import { createRouteTable } from '../../../lib/authorize/route-table.ts'
import { rulesInQuestion } from '../../../lib/authorize/rules-in-question.ts'
import { pathCanonicalizer } from '../../../lib/request/canonical-path.ts'
import { HIERARCHY } from '../../support/naive-routes.ts'
import { randomRequest, randomRules } from '../../support/random-routes.ts'
import { reachableRules } from '../../support/reachable-rules.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const canonicalize = pathCanonicalizer()
const segmentsOf = (path: string) => canonicalize(path)?.segments
const table = createRouteTable(
  [
    { path: '/orders', methods: ['POST'], roles: ['a'] },
    { path: '/orders/:id', methods: ['GET'], roles: ['a'] },
    { path: '/orders/:id', hosts: ['*.example.com'], methods: ['GET'], roles: ['a'] },
    { path: '/orders/**', roles: ['a'] },
    { path: '/health', public: true },
    { path: '/admin/:tenant/users', roles: ['a'] },
  ],
  segmentsOf,
)

function questions(method: string, path: string, host = 'localhost') {
  const { naming, near } = table.inQuestion({ method, host, segments: segmentsOf(path) ?? assert.fail() })
  return { naming: naming.map(({ id }) => id), near: near.map(({ rule, differs }) => `${rule.id}: ${differs}`) }
}

suite('the rules that have to do with a request', () => {
  test('those that name it, and those of other methods or hosts', () => {
    assert.deepEqual(questions('GET', '/orders/7'), {
      naming: ['GET /orders/:id', '* /orders/**'],
      near: ['GET *.example.com/orders/:id: it is for *.example.com'],
    })
    assert.deepEqual(questions('PUT', '/orders/7', 'api.example.com'), {
      naming: ['* /orders/**'],
      near: ['GET /orders/:id: it is for GET,HEAD', 'GET *.example.com/orders/:id: it is for GET,HEAD'],
    })
    assert.deepEqual(questions('DELETE', '/orders/7').near, [
      'GET /orders/:id: it is for GET,HEAD',
      'GET *.example.com/orders/:id: it is for GET,HEAD on *.example.com',
    ])
  })

  test('where none names the path, those that are like it', () => {
    assert.deepEqual(questions('GET', '/order/7').near, [
      'GET /orders/:id: it is for /orders/:id',
      'GET *.example.com/orders/:id: it is for /orders/:id',
      '* /orders/**: it is for /orders/**',
    ])
    assert.deepEqual(questions('GET', '/healthz').near, ['* /health: it is for /health'])
    assert.deepEqual(questions('GET', '/admin/acme').near, ['* /admin/:tenant/users: it is for /admin/:tenant/users'])
    assert.deepEqual(questions('GET', '/health/live').near, ['* /health: it is for /health'])
    for (const path of ['/', '/x', '/invoices/7', '/admin/a/b/c/d']) {
      assert.deepEqual(questions('GET', path), { naming: [], near: [] })
    }
  })
})

test('the rule that governs is among those that name a request; where none governs, none names it', () => {
  const compile = (rules: readonly RouteRule[]) => createRouteTable(rules, segmentsOf, { roleHierarchy: HIERARCHY })
  const random = seededRandom(7)
  for (let count = 0; count < 200; count++) {
    const { rules, match } = compile(reachableRules(randomRules(random), compile))
    for (let times = 0; times < 20; times++) {
      const { method, host, path } = randomRequest(random)
      const request = { method, host, segments: segmentsOf(path) ?? [] }
      const { naming, near } = rulesInQuestion(rules, segmentsOf, request)
      const rule = match(request)
      assert.equal(naming.length === 0, rule === undefined)
      assert.ok(!rule || naming.includes(rule))
      assert.ok(near.every((each) => !naming.includes(each.rule)))
    }
  }
})
