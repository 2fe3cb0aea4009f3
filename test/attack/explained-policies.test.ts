import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { shadowPolicy } from '../../lib/authorize/decision-points/shadow.ts'
import { ALLOW, type Policy } from '../../lib/authorize/policy.ts'
import { requirementPolicy } from '../../lib/authorize/requirements.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import { explanationOf } from '../support/explanations.ts'

/** A policy whose decisions have an effect, on either side of a shadow, and what happened. */
function effective() {
  const happened: string[] = []
  const counting: Policy = {
    name: 'counting',
    async decide() {
      happened.push('decided')
      return ALLOW
    },
    rehearse: async () => ALLOW,
  }
  const schedule = () => {
    happened.push('shadow asked')
    return () => undefined
  }
  const shadow: Policy = { name: 'shadow', decide: () => ALLOW }
  return { policy: shadowPolicy({ enforced: counting, shadow, schedule }), happened }
}

const anywhere = { networks: ['0.0.0.0/0'] }
const nowhere = { roles: ['nobody'] }
const RULES: Readonly<Record<string, (policy: Policy) => RouteRule>> = {
  alone: (policy) => ({ path: '/**', policy }),
  'one of several': (policy) => ({ path: '/**', anyOf: [nowhere, { ...anywhere, policy }] }),
  'within requirements': (policy) => ({ path: '/**', policy: requirementPolicy({ ...anywhere, policy }) }),
  'within an alternative': (policy) => ({
    path: '/**',
    policy: requirementPolicy({ anyOf: [nowhere, { allOf: [anywhere, { policy }] }] }),
  }),
  'behind another shadow': (policy) => ({
    path: '/**',
    policy: shadowPolicy({
      enforced: requirementPolicy({ ...anywhere, policy }),
      shadow: { name: 'another', decide: () => ALLOW },
      schedule: () => assert.fail('asked'),
    }),
  }),
}

suite('an explanation has none of the effects of a policy that is asked', () => {
  for (const [name, rule] of Object.entries(RULES)) {
    test(name, async () => {
      const { policy, happened } = effective()
      const { outcome } = await explanationOf({}, { routes: [rule(policy)] })
      assert.equal(outcome, 'allowed')
      assert.deepEqual(happened, [])
    })
  }
})
