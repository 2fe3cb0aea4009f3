import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../../lib/errors.ts'
import { createHeaderRules } from '../../../lib/header-rules.ts'
import { singleHeaders } from '../../../lib/request/single-headers.ts'
import { rawRequest, requestWith } from '../../support/raw-request.ts'

const rules = createHeaderRules({ managed: [], credentials: ['x-api-key', 'authorization'] })

test('Host and the credentials are read, by lower-case name', () => {
  const read = singleHeaders(requestWith(['X-API-KEY', 'k'], ['Authorization', 'Bearer t']), rules)
  assert.ok(!(read instanceof AuthError))
  assert.equal(read.host, 'api.example.test')
  assert.deepEqual(read.credentials, ['x-api-key', 'k', 'authorization', 'Bearer t'])
})

test('without them it is empty', () => {
  const read = singleHeaders(rawRequest({ headers: [] }), rules)
  assert.ok(!(read instanceof AuthError))
  assert.deepEqual([read.host, read.credentials], ['', []])
})

suite('twice is 400', () => {
  const twice: readonly (readonly [string, string])[][] = [
    [
      ['Host', 'a.test'],
      ['Host', 'a.test'],
    ],
    [
      ['host', 'a.test'],
      ['HOST', 'b.test'],
    ],
    [
      ['X-API-Key', 'a'],
      ['x-api-key', 'a'],
    ],
    [
      ['Authorization', 'Bearer a'],
      ['authorization', 'Basic b'],
    ],
  ]
  for (const headers of twice) {
    test(JSON.stringify(headers), () => {
      const read = singleHeaders(rawRequest({ headers }), rules)
      assert.ok(read instanceof AuthError)
      assert.equal(read.code, 'invalid_request')
      assert.ok(!read.detail?.includes('a.test'))
    })
  }
  test('Content-Type, though nobody reads it here', () => {
    const read = singleHeaders(requestWith(['Content-Type', 'text/plain'], ['content-type', 'text/html']), rules)
    assert.ok(read instanceof AuthError)
    assert.ok(!(singleHeaders(requestWith(['Content-Type', 'text/plain']), rules) instanceof AuthError))
  })

  test('Authorization even where nobody reads it', () => {
    const read = singleHeaders(
      requestWith(['Authorization', 'a'], ['Authorization', 'b']),
      createHeaderRules({ managed: [], credentials: [] }),
    )
    assert.ok(read instanceof AuthError)
  })
})

test('a twin in another spelling is no second credential: it is dropped', () => {
  const read = singleHeaders(requestWith(['X-API-Key', 'a'], ['X_API_Key', 'b']), rules)
  assert.ok(!(read instanceof AuthError))
  assert.deepEqual(read.credentials, ['x-api-key', 'a'])
})
