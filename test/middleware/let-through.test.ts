import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { suite, test } from 'node:test'
import { ForwardedHeaders } from '../../lib/forwarded-headers.ts'
import { headerRecord } from '../../lib/header-record.ts'
import { isRewritten, replaceHeaders, replacePath, targetOf } from '../../middleware/let-through.ts'

function message(url: string, originalUrl?: string): IncomingMessage & { originalUrl?: string } {
  const made: IncomingMessage & { originalUrl?: string } = new IncomingMessage(new Socket())
  made.url = url
  if (originalUrl !== undefined) made.originalUrl = originalUrl
  return made
}

const onward = (rawHeaders: string[]) => new ForwardedHeaders(rawHeaders, headerRecord(rawHeaders))

test('headers, rawHeaders and headersDistinct agree, after later changes too', () => {
  const request = message('/')
  request.rawHeaders = ['X-User-ID', 'root', 'Accept', 'a', 'Accept', 'b']
  assert.deepEqual({ ...request.headersDistinct }, {})
  replaceHeaders(request, onward(['Accept', 'a', 'accept', 'b', 'x-user-id', 'alice']))
  assert.deepEqual({ ...request.headersDistinct }, { accept: ['a', 'b'], 'x-user-id': ['alice'] })
  assert.deepEqual(request.headers, { accept: 'a, b', 'x-user-id': 'alice' })
  request.headers.accept = 'c'
  assert.equal(request.headers.accept, 'c')
  replaceHeaders(request, onward(['__proto__', 'x']))
  assert.deepEqual(Object.keys(request.headersDistinct), ['__proto__'])
  assert.deepEqual(request.headers, {})
  replaceHeaders(request, onward([]))
  assert.deepEqual({ ...request.headersDistinct }, {})
})

suite('the canonical path replaces the one that was sent', () => {
  const cases: readonly (readonly [string, string | undefined, string, string, string | undefined])[] = [
    ['/orders?a=%6f', undefined, '/orders', '/orders?a=%6f', undefined],
    ['/%6frders?a=%6f', undefined, '/orders', '/orders?a=%6f', undefined],
    ['/%6frders', '/%6frders', '/orders', '/orders', '/orders'],
    ['/%6frders/?x', '/api/%6frders/?x', '/api/orders/', '/orders/?x', '/api/orders/?x'],
    ['/', '/%61pi', '/api', '/', '/api'],
    ['/?x', '/%61pi?x', '/api', '/?x', '/api?x'],
    ['/', '/%61pi/', '/api/', '/', '/api/'],
    ['/a/b', '/%61pi/v1/a/b', '/api/v1/a/b', '/a/b', '/api/v1/a/b'],
  ]
  for (const [url, originalUrl, canonical, expectedUrl, expectedOriginal] of cases) {
    test(`${url} of ${originalUrl ?? 'nothing else'}`, () => {
      const request = message(url, originalUrl)
      replacePath(request, canonical)
      assert.deepEqual([request.url, request.originalUrl], [expectedUrl, expectedOriginal])
    })
  }
})

suite('a rewritten URL is noticed', () => {
  for (const [url, originalUrl] of [
    ['/a', undefined],
    ['/a', '/a'],
    ['/a?x', '/api/a?x'],
    ['/', '/api'],
    ['/', '/api/'],
    ['/?x', '/api?x'],
    ['/?x', '/api/?x'],
  ] as const) {
    test(`not in ${url} of ${originalUrl}`, () => assert.equal(isRewritten(message(url, originalUrl)), false))
  }
  for (const [url, originalUrl] of [
    ['/b', '/a'],
    ['/v2/a', '/a'],
    ['/a?x', '/a'],
    ['/A', '/a'],
    ['/a', '/a?x'],
    ['/?y', '/api?x'],
  ] as const) {
    test(`in ${url} of ${originalUrl}`, () => assert.equal(isRewritten(message(url, originalUrl)), true))
  }
})

test('the target is what was sent, wherever the middleware is mounted', () => {
  assert.equal(targetOf(message('/a', '/api/a')), '/api/a')
  assert.equal(targetOf(message('/a')), '/a')
})
