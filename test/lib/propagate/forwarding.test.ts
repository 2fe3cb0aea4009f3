import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForwardedHeaders } from '../../../lib/forwarded-headers.ts'
import { addForwarding } from '../../../lib/propagate/forwarding.ts'
import { requestView } from '../../support/request-view.ts'

function forwarding(...about: Parameters<typeof requestView>) {
  const headers = new ForwardedHeaders([], {})
  addForwarding(headers, requestView(...about))
  return headers.headers
}

test('they say what was seen', () => {
  const fields = {
    forwardedFor: ['203.0.113.9', '10.0.0.1'],
    scheme: 'https',
    authority: 'api.example.test:8443',
  } as const
  assert.deepEqual(forwarding({}, fields), {
    'x-forwarded-for': '203.0.113.9, 10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'api.example.test:8443',
  })
})

test('without a Host there is no X-Forwarded-Host', () => {
  assert.ok(!('x-forwarded-host' in forwarding({}, { authority: '' })))
})
