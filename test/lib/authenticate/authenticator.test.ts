import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ABSENT,
  authenticated,
  authenticatedAs,
  malformed,
  rejected,
  rejectedWith,
} from '../../../lib/authenticate/authenticator.ts'
import { AuthError } from '../../../lib/errors.ts'
import { errorIn, principal, principalIn } from '../../support/outcomes.ts'

test('the three answers', async () => {
  assert.deepEqual(ABSENT, { outcome: 'absent' })
  assert.ok(Object.isFrozen(ABSENT))
  const alice = principal()
  assert.equal(await principalIn(authenticated(alice)), alice)
  const error = new AuthError('access_denied', { reason: 'x' })
  assert.equal(await errorIn(rejectedWith(error)), error)
})

test('a bad credential is 401, a malformed one 400', async () => {
  const bad = await errorIn(rejected('expired', 'It has expired.'))
  assert.deepEqual([bad.code, bad.status, bad.reason, bad.detail], ['invalid_token', 401, 'expired', 'It has expired.'])
  assert.equal((await errorIn(rejected('expired'))).detail, undefined)
  assert.equal((await errorIn(malformed({ reason: 'twice' }))).status, 400)
})

test('fields that make no principal reject the credential', async () => {
  assert.equal((await principalIn(authenticatedAs({ kind: 'user', subject: 'a', method: 'jwt' }))).subject, 'a')
  const error = await errorIn(authenticatedAs({ kind: 'user', subject: '', method: 'jwt' }))
  assert.equal(error.code, 'invalid_token')
})
