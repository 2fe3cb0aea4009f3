import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CommandFailure, EXIT, EXIT_CODES_HELP, exitCodeOf, usageFailure } from '../../../lib/command-line/exit-code.ts'

test('scripts may depend on the numbers', () => {
  assert.deepEqual(EXIT, { done: 0, failed: 1, usage: 2, notFound: 3, refused: 4, denied: 5, undecided: 6 })
})

test('every exit code is explained in the help', () => {
  assert.deepEqual(
    EXIT_CODES_HELP.map(([code]) => Number(code)),
    Object.values(EXIT),
  )
})

test('every problem of a key has an exit code', () => {
  const problems = ['invalid', 'not found', 'duplicate', 'revoked', 'replaced', 'expired'] as const
  const codes = problems.map((problem) => exitCodeOf({ problem, detail: '' }))
  assert.deepEqual(codes, [2, 3, 4, 4, 4, 4])
})

test('a failure carries its exit code', () => {
  const failure = usageFailure('so it goes')
  assert.ok(failure instanceof CommandFailure)
  assert.deepEqual([failure.exitCode, failure.message], [2, 'so it goes'])
})
