import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isIntrospectedNow, noteIntrospectedNow } from '../../lib/introspected-now.ts'
import { principal } from '../support/outcomes.ts'
import { requestView } from '../support/request-view.ts'

test('what was asked about for a request is so for that request and that principal, and for no others', () => {
  const [request, next] = [requestView(), requestView()]
  const [alice, other] = [principal(), principal()]
  assert.equal(isIntrospectedNow(request, alice), false)
  noteIntrospectedNow(request, alice)
  assert.equal(isIntrospectedNow(request, alice), true)
  assert.equal(isIntrospectedNow(next, alice), false)
  assert.equal(isIntrospectedNow(request, other), false)
})
