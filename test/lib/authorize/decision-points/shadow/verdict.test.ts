import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOfAnswer, verdictOfFailure } from '../../../../../lib/authorize/decision-points/shadow/verdict.ts'
import { ALLOW, deny } from '../../../../../lib/authorize/policy.ts'
import { AuthError, DependencyError } from '../../../../../lib/errors.ts'
import { untyped } from '../../../../support/refused-option.ts'

test('a decision is what it says', () => {
  assert.equal(verdictOfAnswer('p', ALLOW).outcome, 'allowed')
  const denied = verdictOfAnswer('p', deny('because'))
  assert.deepEqual(denied, { policy: 'p', outcome: 'denied', status: 403, code: 'access_denied', reason: 'because' })
})

test('a 503 is a failure, given or thrown', () => {
  const error = new AuthError('temporarily_unavailable', { reason: 'store' })
  assert.equal(verdictOfAnswer('p', { allow: false, error }).outcome, 'failed')
  assert.deepEqual(verdictOfFailure('p', new DependencyError('opa', 'is down')).reason, 'opa')
  assert.equal(verdictOfFailure('p', undefined).outcome, 'failed')
})

test('what is no decision is a failure', () => {
  const hostile = {
    get allow() {
      throw new Error('no')
    },
  }
  for (const answer of [undefined, null, {}, { allow: 1 }, { allow: false }, true, hostile]) {
    assert.equal(verdictOfAnswer('p', untyped(answer)).outcome, 'failed')
  }
})
