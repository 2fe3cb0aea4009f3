import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readDocument } from '../../../../lib/authorize/document/located-document.ts'
import { basePathsOf, routePathOf } from '../../../../lib/authorize/document/openapi-paths.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const document = readDocument('a: 1', 'api.yaml')
const route = (template: string) => routePathOf('/v1', template, [], document)
const bases = (...levels: (readonly object[] | undefined)[]) =>
  basePathsOf(
    levels.map((servers) => ({ servers })),
    [],
    document,
  )

test('parameters of a path are segments of a route', () => {
  for (const [template, path] of [
    ['/', '/v1/'],
    ['/orders', '/v1/orders'],
    ['/orders/{id}/lines/{line_id}', '/v1/orders/:id/lines/:line_id'],
    ['/orders/{order-id}', '/v1/orders/*'],
  ] as const) {
    assert.equal(route(template), path)
  }
})

test('what no route can say is refused', () => {
  for (const template of ['/a/{id}.json', '/a/{x}{y}', '/a/{', 'a', '/a/:b', '/a/*']) {
    assertRefusedOption(() => route(template), 'api.yaml')
  }
})

suite('base paths', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['https://api.example.com', ''],
    ['https://api.example.com/', ''],
    ['https://api.example.com:8443/v1/', '/v1'],
    ['//api.example.com/v1', '/v1'],
    ['/v1', '/v1'],
    ['/', ''],
    ['https://{place}.example.com/{version}', '/v2'],
  ]
  const variables = { place: { default: 'eu' }, version: { default: 'v2' } }
  for (const [url, expected] of cases) test(url, () => assert.deepEqual(bases([{ url, variables }]), [expected]))
  test('are those of the nearest servers, each once', () => {
    assert.deepEqual(bases([], undefined, [{ url: '/a' }, { url: 'https://x.example/a' }, { url: '/b' }]), ['/a', '/b'])
    assert.deepEqual(bases([{ url: '/near' }], [{ url: '/far' }]), ['/near'])
    assert.deepEqual(bases(undefined), [''])
  })
  for (const server of [
    {},
    { url: 7 },
    { url: '/{x}' },
    { url: 'v1' },
    { url: './v1' },
    { url: '/v1?x' },
    { url: '/{x}', variables: { x: {} } },
    { url: '/:x' },
    { url: 'https://api.example.com/v1/*/' },
    { url: '/{x}', variables: { x: { default: ':all' } } },
  ]) {
    test(`not ${JSON.stringify(server)}`, () => assertRefusedOption(() => bases([server]), 'api.yaml'))
  }
})
