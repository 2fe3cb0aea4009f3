import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAllowedRoute, parseAllowedRoute } from '../../lib/allowed-route.ts'

function allows(route: string, method: string, path: string): boolean {
  return isAllowedRoute(parseAllowedRoute(route), { method, segments: path.split('/').filter((piece) => piece !== '') })
}

test('a route allows its paths, by its methods, and HEAD with GET', () => {
  assert.ok(allows('GET /orders/**', 'GET', '/orders/7/items'))
  assert.ok(allows('GET /orders/**', 'GET', '/orders'))
  assert.ok(allows('GET /orders/**', 'HEAD', '/orders/7'))
  assert.ok(allows('/orders/:id', 'DELETE', '/orders/7'))
  assert.ok(allows('/orders/*/items', 'POST', '/orders/7/items'))
  assert.ok(allows('GET,POST /Orders', 'POST', '/orders'))
  assert.ok(allows('/', 'GET', '/'))
  assert.ok(allows('/**', 'PUT', '/anything/at/all'))
})

test('a route allows nothing else', () => {
  assert.ok(!allows('GET /orders/**', 'POST', '/orders/7'))
  assert.ok(!allows('GET /orders/**', 'GET', '/ordersx'))
  assert.ok(!allows('/orders/:id', 'GET', '/orders'))
  assert.ok(!allows('/orders/:id', 'GET', '/orders/7/items'))
  assert.ok(!allows('/', 'GET', '/orders'))
})

test('what is no route is refused', () => {
  const wrong = [
    '',
    'orders',
    'get /orders',
    'GET  /orders',
    '/a/**/b',
    '/a*b',
    '/a//b',
    '/a/../b',
    '/a/./b',
    '/a;b',
    '/a%2fb',
  ]
  for (const route of [...wrong, '/a?b', 'GET /a b', 'GET,/a'])
    assert.throws(() => parseAllowedRoute(route), TypeError, route)
})
