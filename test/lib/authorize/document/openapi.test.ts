import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { stringify } from 'yaml'
import { readDocument } from '../../../../lib/authorize/document/located-document.ts'
import { tableOfOpenApi } from '../../../../lib/authorize/document/openapi.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const SCHEMES = {
  key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  oauth: { type: 'oauth2', flows: {} },
}
const compile = (document: object) =>
  tableOfOpenApi(
    readDocument(stringify({ openapi: '3.1.0', components: { securitySchemes: SCHEMES }, ...document }), 'api.yaml'),
    {},
  )
const TOKENS = ['jwt', 'introspection']

test('each operation is a rule, below the path of its server', () => {
  const { rules } = compile({
    servers: [{ url: 'https://api.example.com/v1/' }],
    security: [{ oauth: ['read'] }],
    paths: {
      '/health': { get: { security: [] } },
      '/orders/{id}': { get: {}, put: { security: [{ oauth: ['write'] }, { key: [] }] }, summary: 'an order' },
      'x-note': {},
    },
  })
  assert.deepEqual(rules, [
    { path: '/v1/health', methods: ['GET'], public: true },
    { path: '/v1/orders/:id', methods: ['GET'], authenticators: TOKENS, scopes: ['read'] },
    {
      path: '/v1/orders/:id',
      methods: ['PUT'],
      anyOf: [{ authenticators: TOKENS, scopes: ['write'] }, { authenticators: ['api-key'] }],
    },
  ])
})

test('a path item may stand elsewhere in the document', () => {
  const { rules } = compile({
    paths: { '/a': { $ref: '#/components/pathItems/a~1b' } },
    components: { securitySchemes: SCHEMES, pathItems: { 'a/b': { get: { security: [{ key: [] }] } } } },
  })
  assert.deepEqual(rules, [{ path: '/a', methods: ['GET'], authenticators: ['api-key'] }])
})

test('what a request costs is said by the nearest; what is asked for, by any', () => {
  const { rules } = compile({
    'x-gatewarden-cost': 2,
    security: [{ oauth: [] }],
    paths: {
      '/a': { get: { 'x-gatewarden-cost': 10, 'x-gatewarden': { freshIntrospection: true } }, put: {} },
      '/b': { 'x-gatewarden-cost': 0, get: { security: [] } },
    },
  })
  assert.deepEqual(rules, [
    { path: '/a', methods: ['GET'], allOf: [{ authenticators: TOKENS }, { freshIntrospection: true }], cost: 10 },
    { path: '/a', methods: ['PUT'], authenticators: TOKENS, cost: 2 },
    { path: '/b', methods: ['GET'], public: true, cost: 0 },
  ])
  assertRefusedOption(
    () => compile({ paths: { '/a': { get: { security: [{ key: [] }], 'x-gatewarden-costs': 1 } } } }),
    ...['"x-gatewarden-costs" is not understood', 'x-gatewarden-cost'],
  )
})

test('several base paths are several rules', () => {
  const { rules } = compile({
    servers: [{ url: '/v1' }, { url: '/v2' }],
    paths: { '/a': { get: { security: [] } }, '/b': { servers: [{ url: '/' }], get: { security: [] } } },
  })
  assert.deepEqual(
    rules.map(({ path }) => path),
    ['/v1/a', '/v2/a', '/b'],
  )
})

suite('HEAD', () => {
  test('follows GET, whose rule governs it', () => {
    const { rules } = compile({ paths: { '/a': { get: { security: [] }, head: { security: [] } } } })
    assert.deepEqual(rules, [{ path: '/a', methods: ['GET'], public: true }])
  })
  test('that asks for something else is refused', () => {
    const paths = { '/a': { get: { security: [] }, head: { security: [{ key: [] }] } } }
    assertRefusedOption(() => compile({ paths }), 'HEAD follows GET')
  })
  test('alone is a rule', () => {
    assert.deepEqual(compile({ paths: { '/a': { head: { security: [] } } } }).rules[0]?.methods, ['HEAD'])
  })
})

suite('refused, with the line', () => {
  const text = (paths: string) => readDocument(`openapi: 3.1.0\npaths:\n${paths}`, 'api.yaml')
  test('an operation that does not say whether it is public', () => {
    assertRefusedOption(
      () => tableOfOpenApi(text('  /a:\n    get:\n      summary: x\n'), {}),
      'api.yaml:5:',
      'security: []',
    )
  })
  const refused: readonly (readonly [string, object, string])[] = [
    ['another version', { openapi: '2.0', paths: {} }, '3.0 or 3.1'],
    ['no paths', {}, '"paths" must be an object'],
    ['no operation', { paths: { '/a': {} } }, 'no operation'],
    ['an operation that is none', { paths: { '/a': { get: 7 } } }, 'an operation is an object'],
    ['a reference to another document', { paths: { '/a': { $ref: 'other.yaml#/a' } } }, 'bundle'],
  ]
  for (const [title, document, word] of refused)
    test(title, () => assertRefusedOption(() => compile(document), 'api.yaml', word))
  test('a rule with a mistake is told with the line of its operation', () => {
    const table = tableOfOpenApi(text('  /a:\n    get:\n      security: []\n'), {})
    assert.match(String(table.located(new TypeError('routes: x'))), /api\.yaml/)
  })
})
