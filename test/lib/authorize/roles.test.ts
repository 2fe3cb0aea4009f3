import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALLOW } from '../../../lib/authorize/policy.ts'
import { rolePolicy } from '../../../lib/authorize/roles.ts'
import { principal } from '../../support/outcomes.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

test('who has the roles may', () => {
  assert.equal(rolePolicy(['admin']).decide(principal({ roles: ['viewer', 'admin'] }), requestView()), ALLOW)
  assert.equal(rolePolicy({ any: ['admin', 'owner'] }).decide(principal({ roles: ['owner'] }), requestView()), ALLOW)
})

test('who lacks one is denied, and not told which', async () => {
  const decision = await rolePolicy(['admin']).decide(principal({ roles: ['Admin'], scopes: ['admin'] }), requestView())
  assert.ok(!decision.allow)
  assert.deepEqual(
    [decision.error.code, decision.error.reason, decision.error.detail],
    ['access_denied', 'role', undefined],
  )
})

test('no roles is no policy', () => assertRefusedOption(() => rolePolicy({ any: [] }), 'rolePolicy', '"roles"'))

test('a role that nobody can have is refused: under "not" it would keep out nobody', () => {
  for (const role of ['banned,suspended', 'a b', ' a', 'r\u00f4le']) {
    assertRefusedOption(() => rolePolicy(['admin', role]), '"roles"', 'nobody can have', 'one by one')
  }
})
