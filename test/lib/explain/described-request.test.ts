import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type DescribedRequest, requestDescribed } from '../../../lib/explain/described-request.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

test('a description is a request as if it had arrived', () => {
  const raw = requestDescribed({ url: '/a?b=c', headers: { Accept: ['a', 'b'] }, ip: '192.0.2.1' }, 'api.example.com')
  assert.deepEqual([raw.method, raw.target, raw.httpVersion, raw.encrypted], ['GET', '/a?b=c', '1.1', true])
  assert.deepEqual(raw.rawHeaders, ['Host', 'api.example.com', 'Accept', 'a', 'Accept', 'b'])
  assert.deepEqual(raw.headers, { host: 'api.example.com', accept: 'a, b' })
  assert.equal(raw.peerAddress, '192.0.2.1')
})

test('what it says goes before what is assumed', () => {
  const raw = requestDescribed({ method: 'POST', url: '/', headers: { HOST: 'x.test' }, encrypted: false }, 'y.test')
  assert.deepEqual([raw.method, raw.encrypted, raw.rawHeaders], ['POST', false, ['HOST', 'x.test']])
})

test('its body is there for who verifies a signature of it', () => {
  const bytes = (body: DescribedRequest['body']) =>
    requestDescribed({ url: '/', ...(body && { body }) }, 'x').readBody?.(3)
  assert.deepEqual(bytes('abc'), Buffer.from('abc'))
  assert.deepEqual(bytes(new Uint8Array([1])), new Uint8Array([1]))
  assert.deepEqual(bytes(undefined), Buffer.of())
  assert.ok(bytes('abcd') instanceof Error)
})

suite('what could not be sent is refused, without its value', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['"url"', {}],
    ['"url"', { url: 7 }],
    ['"method"', { url: '/', method: 1 }],
    ['"ip"', { url: '/', ip: 7 }],
    ['"headers"', { url: '/', headers: { 'a b': 'secret' } }],
    ['"headers"', { url: '/', headers: { a: 'secret\r\nx: y' } }],
    ['"headers"', { url: '/', headers: { a: 7 } }],
    ['"headers"', { url: '/', headers: { a: 'secret\u5317' } }],
    ['headers', { url: '/', headers: null }],
    ['headers', { url: '/', headers: [['a', 'secret']] }],
    ['"ip"', { url: '/', ip: 'secret' }],
    ['"encrypted"', { url: '/', encrypted: 'no' }],
    ['"clientCertificate"', { url: '/', clientCertificate: { der: 'secret' } }],
    ['"clientCertificate"', { url: '/', clientCertificate: null }],
    ['"body"', { url: '/', body: { secret: 7 } }],
    ['"header"', { url: '/', header: {} }],
  ]
  for (const [named, request] of cases) {
    test(`${named} of ${JSON.stringify(request)}`, () => {
      assertRefusedOption(() => requestDescribed(untyped(request), 'x'), 'explain', named)
      assert.throws(
        () => requestDescribed(untyped(request), 'x'),
        (error: Error) => !error.message.includes('secret'),
      )
    })
  }
})
