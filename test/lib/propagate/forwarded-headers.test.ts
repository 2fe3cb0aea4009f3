import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedHeaders } from '../../../lib/propagate/forwarded-headers.ts'
import { requestView } from '../../support/request-view.ts'

test('they say what was seen', () => {
  const fields = {
    forwardedFor: ['203.0.113.9', '10.0.0.1'],
    scheme: 'https',
    authority: 'api.example.test:8443',
  } as const
  assert.deepEqual(forwardedHeaders(requestView({}, fields)), {
    'x-forwarded-for': '203.0.113.9, 10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'api.example.test:8443',
  })
})

test('without a Host there is no X-Forwarded-Host', () => {
  assert.ok(!('x-forwarded-host' in forwardedHeaders(requestView({}, { authority: '' }))))
})
