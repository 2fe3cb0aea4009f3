import assert from 'node:assert/strict'
import { test } from 'node:test'
import { json, KEY_PROBLEM_TYPE_PREFIX, keyProblemAnswer, problem } from '../../../../lib/keys/admin/answer.ts'

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

test('an answer may not be stored, and says how long it is', () => {
  for (const answer of [
    json(200, { label: 'ü' }),
    problem(405, 'method_not_allowed', 'No', undefined, { allow: 'GET' }),
  ]) {
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['content-length'], String(Buffer.byteLength(answer.body)))
  }
})
