import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyLimit } from '../../lib/body-limits.ts'
import { assertRefusedOption } from '../support/refused-option.ts'
import { requestView } from '../support/request-view.ts'

const request = (method: string, ...segments: readonly string[]) => requestView({}, { method, segments })

test('the first route that matches sets the limit', () => {
  const limit = bodyLimit('test', {
    maxBodyBytesByRoute: { 'POST /imports/**': 30, '/imports/big': 40 },
    maxBodyBytes: 10,
  })
  assert.equal(limit(request('POST', 'orders')), 10)
  assert.equal(limit(request('POST', 'imports', 'big')), 30)
  assert.equal(limit(request('PUT', 'imports', 'big')), 40)
  assert.equal(bodyLimit('test', {})(request('POST')), 1_048_576)
})

test('limits are checked at boot', () => {
  assertRefusedOption(() => bodyLimit('test', { maxBodyBytes: 0 }), 'maxBodyBytes')
  assertRefusedOption(() => bodyLimit('test', { maxBodyBytesByRoute: { '/a': Number.NaN } }), '/a')
  assertRefusedOption(() => bodyLimit('test', { maxBodyBytesByRoute: { a: 1 } }), 'maxBodyBytesByRoute', '"a"')
})
