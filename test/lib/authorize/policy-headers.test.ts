import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ALLOW, type Decision, deny, type Policy } from '../../../lib/authorize/policy.ts'
import { allowance, both, checkedHeaderNames, headersSetBy } from '../../../lib/authorize/policy-headers.ts'
import { type Requirements, requirementPolicy } from '../../../lib/authorize/requirements.ts'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import { createRouteTable } from '../../../lib/authorize/route-table.ts'
import { DependencyError } from '../../../lib/errors.ts'
import { principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

test('names are checked at boot, and kept in lower case', () => {
  assert.deepEqual(checkedHeaderNames('f', undefined), [])
  assert.deepEqual(checkedHeaderNames('f', ['X-Area', 'x-tier']), ['x-area', 'x-tier'])
  for (const names of ['X-Area', ['Cookie'], ['X_Area'], [''], [1], ['X-Area', 'x.area'], { 0: 'X-Area' }]) {
    assertRefusedOption(() => checkedHeaderNames('f', names), 'f: ', '"setsHeaders"')
  }
})

test('what several policies may set is what any of them may', () => {
  const policies = [['X-Area'], undefined, ['x-area', 'X-Tier']].map((setsHeaders) => setting({}, setsHeaders))
  assert.deepEqual(headersSetBy(policies), ['x-area', 'x-tier'])
  assert.deepEqual(headersSetBy([]), [])
})

suite('an allowance', () => {
  test('without headers is one', () => assert.equal(allowance('p', undefined, []), ALLOW))
  test('has its headers by lower-case name', () => {
    const decision = allowance('p', { 'X-Area': 'north' }, ['x-area'])
    assert.deepEqual(decision.allow && { ...decision.headers }, { 'x-area': 'north' })
  })
  const bad: Readonly<Record<string, unknown>> = {
    'of another header': { 'X-User-ID': 'root' },
    'of a header twice': { 'X-Area': 'a', 'x-area': 'b' },
    'of a line break': { 'X-Area': 'a\r\nX-User-ID: root' },
    'of nothing': { 'X-Area': '' },
    'of a number': { 'X-Area': 1 },
    'of a list': { 'X-Area': ['a', 'b'] },
    'of other letters': { 'X-Area': '\u5317' },
    'of a prototype': JSON.parse('{"__proto__":"a"}'),
    'of a list of headers': ['X-Area', 'a'],
    'of a map': new Map([['X-Area', 'a']]),
    'of headers of fetch': new Headers({ 'X-Area': 'a' }),
    'of null': null,
    'of text': 'X-Area: a',
  }
  for (const [name, headers] of Object.entries(bad)) {
    test(`${name} is none`, () => assert.throws(() => allowance('p', headers, ['x-area']), DependencyError))
  }
  test('tells nothing of the value', () => {
    assert.throws(
      () => allowance('p', { 'X-Area': 'secret\n' }, ['x-area']),
      (error: Error) => !error.message.includes('secret'),
    )
  })
})

test('of two that allow, the second says what both set', () => {
  const [a, b] = [{ allow: true, headers: { a: '1', b: '1' } } as const, { allow: true, headers: { b: '2' } } as const]
  assert.deepEqual(both(a, b), { allow: true, headers: { a: '1', b: '2' } })
  assert.equal(both(a, ALLOW), a)
  assert.equal(both(ALLOW, b), b)
  assert.equal(both(ALLOW, ALLOW), ALLOW)
})

function setting(headers: Record<string, string>, setsHeaders?: readonly string[], later = false): Policy {
  const decision: Decision = { allow: true, headers }
  return { name: 'setting', setsHeaders, decide: () => (later ? Promise.resolve(decision) : decision) }
}

const segmentsOf = (path: string) => path.split('/').filter((piece) => piece !== '')
const table = (rules: readonly RouteRule[]) => createRouteTable(rules, segmentsOf)

suite('headers of a rule are those of the policies that let through', () => {
  const refusing: Policy = { name: 'refusing', setsHeaders: ['X-C'], decide: () => deny('no') }
  for (const later of [false, true]) {
    const a = setting({ 'X-A': 'a' }, ['X-A'], later)
    const b = setting({ 'X-B': 'b' }, ['X-B'], later)
    const ways: Readonly<Record<string, readonly [Requirements, object]>> = {
      'one policy': [{ policy: a }, { 'x-a': 'a' }],
      'beside other requirements': [{ policy: a, roles: ['editor'], scopes: ['read'] }, { 'x-a': 'a' }],
      'of allOf': [{ allOf: [{ policy: a }, { roles: ['editor'] }, { policy: b }] }, { 'x-a': 'a', 'x-b': 'b' }],
      'of anyOf': [{ anyOf: [{ policy: refusing }, { policy: b }, { policy: a }] }, { 'x-b': 'b' }],
      'within another policy': [
        { policy: requirementPolicy({ allOf: [{ policy: a }, { policy: b }] }) },
        { 'x-a': 'a', 'x-b': 'b' },
      ],
      'of none': [{ roles: ['editor'] }, {}],
    }
    for (const [name, [requirements, headers]] of Object.entries(ways)) {
      test(`${name}${later ? ', later' : ''}`, async () => {
        const rule = table([{ path: '/orders/:id', ...requirements }]).match(requestView())
        const decision = await rule?.decide(principal({ roles: ['editor'], scopes: ['read'] }), requestView())
        assert.deepEqual(decision?.allow && { ...decision.headers }, headers)
        for (const set of Object.keys(headers)) assert.ok(rule?.setsHeaders.includes(set))
      })
    }
  }

  test('and those of one that refuses are known too', () => {
    const [rule] = table([{ path: '/a', anyOf: [{ policy: refusing }, { roles: ['a'] }] }]).rules
    assert.deepEqual(rule?.setsHeaders, ['x-c'])
  })
})

test('a policy that sets what it did not say fails', async () => {
  for (const policy of [setting({ 'X-A': 'a' }), setting({ 'X-A': 'a' }, ['X-B'])]) {
    const rule = table([{ path: '/orders/:id', policy }]).match(requestView())
    assert.throws(() => rule?.decide(principal({}), requestView()), DependencyError)
  }
})

test('refused at boot: a policy that for a route sets more than it says', () => {
  const policy: Policy = { ...setting({}, ['X-A']), forRoute: () => setting({}, ['X-A', 'X-B']) }
  assertRefusedOption(() => table([{ path: '/a', policy }]), '"x-b"')
  assertRefusedOption(() => table([{ path: '/a', policy: setting({}, untyped('X-A')) }]), '"setsHeaders"')
})
