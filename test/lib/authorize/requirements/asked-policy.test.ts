import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ALLOW, deny, type Policy } from '../../../../lib/authorize/policy.ts'
import { askedPolicy } from '../../../../lib/authorize/requirements/asked-policy.ts'
import { AuthError, DependencyError } from '../../../../lib/errors.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { untyped } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const decide = (answer: unknown) => {
  const policy: Policy = { name: 'theirs', decide: () => untyped(answer) }
  return askedPolicy(policy, 1_000).decide(principal(), requestView())
}

test('answers at once when the policy does', () => {
  assert.equal(atOnce(decide({ allow: true, more: 'than is asked' })), ALLOW)
  const denied = deny('no')
  assert.equal(atOnce(decide(denied)), denied)
})

test('answers later when the policy does', async () => {
  assert.equal(await decide(Promise.resolve({ allow: true })), ALLOW)
  assert.equal((await decide(Promise.resolve(deny('no')))).allow, false)
})

suite('what is no decision is a failed dependency', () => {
  const error = new Error('looks like one')
  for (const answer of [
    undefined,
    null,
    true,
    'allow',
    {},
    { allow: 'true' },
    { allow: 1 },
    { allow: false },
    { allow: false, error },
    { result: true },
  ]) {
    test(JSON.stringify(answer) ?? 'undefined', async () => {
      const isFailure = { name: 'DependencyError', message: /theirs/ }
      assert.throws(() => decide(answer), isFailure)
      await assert.rejects(async () => decide(Promise.resolve(answer)), isFailure)
    })
  }
})

test('a policy that takes too long, or fails, decides nothing', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const answer = decide(new Promise(() => undefined))
  context.mock.timers.tick(1_000)
  await assert.rejects(async () => answer, DependencyError)
  await assert.rejects(
    async () => decide(Promise.reject(new AuthError('access_denied', { reason: 'thrown' }))),
    AuthError,
  )
})
