import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALLOW } from '../../../lib/authorize/policy.ts'
import { scopePolicy } from '../../../lib/authorize/scopes.ts'
import { principal } from '../../support/outcomes.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

test('who has the scopes may', () => {
  const policy = scopePolicy(['a', 'b'])
  assert.equal(policy.name, 'scopes a b')
  assert.equal(policy.decide(principal({ scopes: ['a', 'b', 'c'] }), requestView()), ALLOW)
})

test('who lacks one is told which are needed', async () => {
  const decision = await scopePolicy({ any: ['a', 'b'] }).decide(
    principal({ scopes: ['c'], roles: ['a'] }),
    requestView(),
  )
  assert.ok(!decision.allow)
  assert.deepEqual([decision.error.code, decision.error.scope], ['insufficient_scope', 'a b'])
})

test('no scopes is no policy', () => assertRefusedOption(() => scopePolicy([]), 'scopePolicy', '"scopes"'))

test('a scope that no token can hold is refused: its challenge could not be sent', () => {
  for (const scope of ['a b', 'caf\u00e9', 'a"b']) assertRefusedOption(() => scopePolicy([scope]), '"scopes"')
})
