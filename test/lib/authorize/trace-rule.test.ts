import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirementContext } from '../../../lib/authorize/requirements.ts'
import { compileRule, type RouteRule } from '../../../lib/authorize/route-rule.ts'
import { traceRule } from '../../../lib/authorize/trace-rule.ts'
import type { Principal } from '../../../lib/principal.ts'
import { atOnce, principal } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'

const nobody = principal({ kind: 'anonymous', subject: 'anonymous', method: 'anonymous' })

function traced(requirements: Omit<RouteRule, 'path'>, who: Principal) {
  const compiled = compileRule({ path: '/a', ...requirements }, requirementContext({}))
  const { rule, report } = traceRule(compiled)
  assert.deepEqual([rule.id, rule.asks, rule.path], [compiled.id, compiled.asks, compiled.path])
  assert.equal(
    report(undefined).every(({ verdict }) => verdict === 'not asked'),
    true,
  )
  const { allow } = atOnce(rule.decide(who, requestView()))
  assert.equal(allow, atOnce(compiled.decide(who, requestView())).allow)
  return report(who).map(({ asks, verdict }) => `${verdict}: ${asks}`)
}

test('the rule asks first who it is', () => {
  assert.deepEqual(traced({ authenticated: true }, principal()), ['met: authenticated'])
  assert.deepEqual(traced({ authenticated: true }, nobody), ['not met: authenticated'])
  assert.deepEqual(traced({ anonymous: true }, nobody), ['met: anonymous'])
  assert.deepEqual(traced({ roles: ['a'] }, nobody), ['not met: authenticated', 'not asked: roles a'])
})

test('each of its requirements is told, in the order it is asked', () => {
  assert.deepEqual(traced({ scopes: ['read'], roles: ['a'], authenticated: true }, principal({ roles: ['a'] })), [
    'met: authenticated',
    'met: roles a',
    'not met: scopes read',
  ])
})
