import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KEY_PROBLEM_TYPE_PREFIX, keyProblemAnswer } from '../../../../lib/keys/admin/answer.ts'

test('every problem of a key has a status and problem details', () => {
  const statuses = {
    'not found': 404,
    invalid: 400,
    duplicate: 409,
    revoked: 409,
    replaced: 409,
    expired: 409,
  } as const
  for (const [kind, status] of Object.entries(statuses)) {
    const answer = keyProblemAnswer({ problem: kind as keyof typeof statuses, detail: 'why' })
    const body = JSON.parse(answer.body)
    assert.equal(answer.status, status)
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    assert.equal(body.status, status)
    assert.equal(body.type, KEY_PROBLEM_TYPE_PREFIX + body.code)
    assert.equal(body.detail, 'why')
  }
})
