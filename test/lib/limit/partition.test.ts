import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isOwn, LIMIT_DIMENSIONS, type LimitDimension, partitionOf } from '../../../lib/limit/partition.ts'
import { CUSTOMER_PREFIXES } from '../../../lib/network.ts'
import type { Principal, PrincipalFields } from '../../../lib/principal.ts'
import { principal } from '../../support/outcomes.ts'

interface Sent {
  readonly from?: string
  readonly route?: string
  readonly by?: Principal
}

const of = (by: readonly LimitDimension[], { from = '192.0.2.7', route = 'GET /a', by: sender }: Sent = {}) =>
  partitionOf(by, { request: { clientAddress: from }, route, principal: sender }, CUSTOMER_PREFIXES)

/** Partitions of two principals. */
function pair(by: LimitDimension, one: Partial<PrincipalFields>, other: Partial<PrincipalFields>): [string, string] {
  return [of([by], { by: principal(one) }), of([by], { by: principal(other) })]
}

suite('what shares a partition', () => {
  const same: readonly (readonly [LimitDimension, Partial<PrincipalFields>, Partial<PrincipalFields>])[] = [
    ['client', { clientId: 'partner', credentialId: 'k1' }, { clientId: 'partner', credentialId: 'k2' }],
    ['client', { kind: 'client', subject: 'partner', clientId: 'partner' }, { kind: 'client', subject: 'partner' }],
    ['client', { subject: 'alice', clientId: 'web' }, { subject: 'bob', clientId: 'web' }],
    ['user', { credentialId: 'k1', clientId: 'web' }, { credentialId: 'k2', clientId: 'phone' }],
    ['tenant', { tenantId: 't1', issuer: 'https://a.example' }, { subject: 'bob', tenantId: 't1' }],
    ['credential', { credentialId: 'k1' }, { credentialId: 'k1', tier: 'gold' }],
    ['tier', { tier: 'gold' }, { subject: 'bob', tier: 'gold' }],
  ]
  for (const [by, one, other] of same) {
    test(`by ${by}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`, () => {
      const [first, second] = pair(by, one, other)
      assert.equal(first, second)
    })
  }
})

suite('what does not', () => {
  const different: readonly (readonly [LimitDimension, Partial<PrincipalFields>, Partial<PrincipalFields>])[] = [
    ['client', { clientId: 'a' }, { clientId: 'b' }],
    ['client', { clientId: 'a', issuer: 'https://a.example' }, { clientId: 'a', issuer: 'https://b.example' }],
    ['user', { subject: 'a', issuer: 'https://a.example' }, { subject: 'a', issuer: 'https://b.example' }],
    ['user', { subject: 'a' }, { subject: 'a', kind: 'client' }],
    ['tenant', { tenantId: 't1' }, { tenantId: 't2' }],
    ['credential', { credentialId: 'k1' }, { credentialId: 'k2' }],
    ['tier', { tier: 'gold' }, {}],
    // Who lacks what is asked for is counted alone.
    ['tenant', { subject: 'alice' }, { subject: 'bob' }],
    ['client', { subject: 'alice' }, { subject: 'bob' }],
    ['credential', { subject: 'alice' }, { subject: 'bob' }],
    ['user', { kind: 'client', subject: 'a' }, { kind: 'client', subject: 'b' }],
    // And never passes for another: a name is not what it is a name of.
    ['tenant', { subject: 't1' }, { tenantId: 't1' }],
    ['client', { subject: 'x y' }, { clientId: 'x y' }],
  ]
  for (const [by, one, other] of different) {
    test(`by ${by}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`, () => {
      const [first, second] = pair(by, one, other)
      assert.notEqual(first, second)
    })
  }

  test('the anonymous of two networks', () => {
    const anonymous = principal({ kind: 'anonymous', subject: 'anonymous' })
    for (const by of ['user', 'client', 'tenant', 'credential'] as const) {
      assert.notEqual(of([by], { by: anonymous }), of([by], { by: anonymous, from: '192.0.2.8' }))
      assert.equal(of([by], { by: anonymous }), of([by], { by: anonymous, from: '192.0.2.7' }))
    }
  })

  test('networks, routes, and several dimensions together', () => {
    assert.notEqual(of(['network']), of(['network'], { from: '192.0.2.8' }))
    assert.equal(of(['network'], { from: '2001:db8::1' }), of(['network'], { from: '2001:db8::ffff:2' }))
    assert.notEqual(of(['route']), of(['route'], { route: 'GET /b' }))
    const one = of(['tenant', 'route'], { by: principal({ tenantId: 't1' }) })
    assert.notEqual(one, of(['tenant', 'route'], { by: principal({ tenantId: 't1' }), route: 'GET /b' }))
    assert.notEqual(one, of(['tenant', 'route'], { by: principal({ tenantId: 't2' }) }))
  })
})

test('of the dimensions, four are of one caller alone', () => {
  assert.deepEqual(
    LIMIT_DIMENSIONS.filter((dimension) => isOwn(dimension as LimitDimension)),
    ['credential', 'user', 'client', 'tenant'],
  )
})
