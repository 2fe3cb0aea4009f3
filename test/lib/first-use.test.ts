import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DependencyError } from '../../lib/errors.ts'
import { isFirstUse } from '../../lib/first-use.ts'

test('yes and no are what they are; anything else is an answer to nothing', () => {
  assert.deepEqual([isFirstUse(true), isFirstUse(false)], [true, false])
  for (const answer of [undefined, null, 0, 1, 'OK', 'true', '', {}, [], [true], Object(true), Promise.resolve(true)]) {
    assert.throws(() => isFirstUse(answer), DependencyError)
  }
})
