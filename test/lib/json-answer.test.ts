import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyAnswer, jsonAnswer, problemAnswer } from '../../lib/json-answer.ts'

test('an answer may not be stored, and says how long it is', () => {
  const problem = problemAnswer(405, { type: 'urn:x', title: 'No', code: 'no' }, { allow: 'GET' })
  for (const answer of [jsonAnswer(200, { label: '\u00fc' }), problem, emptyAnswer(202)]) {
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['content-length'], String(Buffer.byteLength(answer.body)))
  }
  assert.equal(problem.headers.allow, 'GET')
})

test('a value is JSON, a problem is problem details, and nothing has no type', () => {
  assert.deepEqual(jsonAnswer(201, [1]).body, '[1]')
  assert.equal(jsonAnswer(201, [1]).headers['content-type'], 'application/json')
  const { body, headers } = problemAnswer(400, { type: 'urn:x:bad', title: 'Bad', detail: 'why', code: 'bad' })
  assert.deepEqual(JSON.parse(body), { type: 'urn:x:bad', title: 'Bad', status: 400, detail: 'why', code: 'bad' })
  assert.equal(headers['content-type'], 'application/problem+json')
  assert.deepEqual([emptyAnswer(202).status, emptyAnswer(202).headers['content-type']], [202, undefined])
})
