import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinPrincipals, principalsBehind } from '../../lib/joined-principals.ts'
import { principal } from '../support/outcomes.ts'

test('a principal stands for itself, until it is said to stand for several', () => {
  const [joint, first, other] = [principal(), principal(), principal()]
  assert.deepEqual(principalsBehind(joint), [joint])
  assert.equal(joinPrincipals(joint, [first, other]), joint)
  assert.deepEqual(principalsBehind(joint), [first, other])
  assert.deepEqual(principalsBehind(first), [first])
})
