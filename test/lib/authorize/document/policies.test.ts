import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDocument } from '../../../../lib/authorize/document/located-document.ts'
import { withPolicies } from '../../../../lib/authorize/document/policies.ts'
import { ALLOW } from '../../../../lib/authorize/policy.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const opa = { name: 'opa', decide: () => ALLOW }
const resolve = (text: string, policies: Readonly<Record<string, typeof opa>> = { opa }) => {
  const document = readDocument(text, 'routes.yaml')
  return withPolicies(document.value, [], policies, document)
}

test('a policy comes in the place of its name, however deep', () => {
  assert.deepEqual(resolve('path: /a\npolicy: opa'), { path: '/a', policy: opa })
  assert.deepEqual(resolve('anyOf: [{roles: [a]}, {allOf: [{policy: opa}]}]'), {
    anyOf: [{ roles: ['a'] }, { allOf: [{ policy: opa }] }],
  })
})

test('what is no rule is left to who reads rules', () => {
  for (const text of ['7', '[a]', 'null', 'anyOf: 7', 'anyOf: [7]']) {
    assert.deepEqual(resolve(text), readDocument(text, 'x').value)
  }
})

test('a name that has no policy is refused, with its line and those that have one', () => {
  assertRefusedOption(() => resolve('path: /a\npolicy: opal'), 'routes.yaml:2:', '"opal"', 'the policies given are opa')
  assertRefusedOption(() => resolve('policy: opa', {}), 'the option "policies"')
  assertRefusedOption(() => resolve('anyOf:\n  - roles: [a]\n  - policy: toString\n'), 'routes.yaml:3:')
  assertRefusedOption(() => resolve('policy: {url: x}'), '"policy"')
})
