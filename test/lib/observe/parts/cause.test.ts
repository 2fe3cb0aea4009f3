import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DependencyError } from '../../../../lib/errors.ts'
import { safeCause } from '../../../../lib/observe/parts/cause.ts'

test('of a DependencyError, its message is told; of anything else what it is', () => {
  const codes = (code: unknown) => Object.assign(new TypeError('s3cret'), { code })
  const cases: readonly (readonly [unknown, object | undefined])[] = [
    [undefined, undefined],
    [null, { name: 'object' }],
    ['s3cret', { name: 'string' }],
    [new DependencyError('OPA', 'is down'), { name: 'DependencyError', dependency: 'OPA', message: 'OPA: is down' }],
    [codes('ERR_X1'), { name: 'TypeError', code: 'ERR_X1' }],
    [codes('s3cret'), { name: 'TypeError' }],
    [codes(7), { name: 'TypeError' }],
    [Object.assign(new Error('x'), { name: 's3cret' }), { name: 'Error' }],
  ]
  for (const [cause, expected] of cases) assert.deepEqual(safeCause(cause), expected)
})

test('a long message is cut', () => {
  const told = safeCause(new DependencyError('OPA', 'x'.repeat(10_000)))
  assert.equal(told?.message?.length, 256)
})
