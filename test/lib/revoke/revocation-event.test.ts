import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revocationEvents } from '../../../lib/revoke/revocation-event.ts'

test('revocations have a channel of their own', () => {
  assert.equal(revocationEvents.name, 'gatewarden:revocation')
})
