import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formProblem, oauthError } from '../../../lib/revoke/oauth-error.ts'

test('an error is told as OAuth tells it, and may not be stored', () => {
  const { status, headers, body } = oauthError('invalid_grant', 'why')
  assert.deepEqual([status, headers['cache-control']], [400, 'no-store'])
  assert.deepEqual(JSON.parse(body), { error: 'invalid_grant', error_description: 'why' })
})

test('what is wrong with a form has its status', () => {
  for (const status of [400, 413, 415] as const) {
    const answer = formProblem(status)
    assert.deepEqual([answer.status, JSON.parse(answer.body).error], [status, 'invalid_request'])
  }
})
