import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revocationRequests } from '../../../lib/revoke/revocation-request.ts'

test('revocations have a channel of their own', () => {
  assert.equal(revocationRequests.name, 'gatewarden:revocation-request')
})
