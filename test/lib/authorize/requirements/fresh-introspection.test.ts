import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshIntrospectionPolicy } from '../../../../lib/authorize/requirements/fresh-introspection.ts'
import { compileRequirements, requirementContext, requirementPolicy } from '../../../../lib/authorize/requirements.ts'
import { noteIntrospectedNow } from '../../../../lib/introspected-now.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

test('lets through whose token was asked about for this request, and nobody else', () => {
  const [request, alice] = [requestView(), principal({ method: 'introspection' })]
  const allows = () => atOnce(freshIntrospectionPolicy(true).decide(alice, request)).allow
  assert.equal(allows(), false)
  noteIntrospectedNow(request, alice)
  assert.equal(allows(), true)
})

test('it can only be asked for, and only where somebody can ask', () => {
  for (const value of [false, 'yes', 1]) {
    assertRefusedOption(() => freshIntrospectionPolicy(value), '"freshIntrospection" can only be true')
  }
  const offered = { methods: ['jwt'], issuers: [], canIntrospect: false }
  assertRefusedOption(() => freshIntrospectionPolicy(true, offered), '"freshIntrospection" needs', '"introspection"')
  freshIntrospectionPolicy(true, { ...offered, canIntrospect: true })
  const within = { policy: requirementPolicy({ anyOf: [{ freshIntrospection: true }] }) }
  const compiled = (canIntrospect: boolean) =>
    compileRequirements(within, { ...requirementContext({}), offered: { ...offered, canIntrospect } })
  assertRefusedOption(() => compiled(false), '"freshIntrospection" needs')
  compiled(true)
})
