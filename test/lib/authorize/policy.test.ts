import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALLOW, deny } from '../../../lib/authorize/policy.ts'

test('a denial is 403, and its reason is not for the caller', () => {
  const decision = deny('wrong office')
  assert.ok(!decision.allow)
  const { code, status, reason, detail, message } = decision.error
  assert.deepEqual([code, status, reason, detail], ['access_denied', 403, 'wrong office', undefined])
  assert.ok(!message.includes('office'))
})

test('nobody can turn the one permission into another', () => assert.ok(Object.isFrozen(ALLOW)))
