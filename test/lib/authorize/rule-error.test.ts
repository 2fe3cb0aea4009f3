import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ofRule, RuleError } from '../../../lib/authorize/rule-error.ts'

const rule = { path: '/a', authenticated: true } as const

test('a mistake says of which rule it is', () => {
  const fails = () => {
    throw new TypeError('routes: bad')
  }
  assert.throws(
    () => ofRule(rule, fails),
    (error) =>
      error instanceof RuleError &&
      error instanceof TypeError &&
      error.rule === rule &&
      error.message === 'routes: bad',
  )
})

test('what is no mistake of a rule stays as it is, and so does a result', () => {
  const fault = new RangeError('no')
  assert.throws(
    () =>
      ofRule(rule, () => {
        throw fault
      }),
    (error) => error === fault,
  )
  assert.equal(
    ofRule(rule, () => 7),
    7,
  )
})
