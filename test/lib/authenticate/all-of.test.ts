import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { allOf } from '../../../lib/authenticate/all-of.ts'
import { anonymous } from '../../../lib/authenticate/anonymous.ts'
import { type Authenticated, type Authenticator, authenticated } from '../../../lib/authenticate/authenticator.ts'
import { principalsBehind } from '../../../lib/joined-principals.ts'
import { isPrincipal, type Principal, type PrincipalFields } from '../../../lib/principal.ts'
import { answeringAuthenticator, headerAuthenticator } from '../../support/fake-authenticator.ts'
import { atOnce, errorIn, principal, principalIn } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

const BOTH = requestView({ 'x-first': 'a', 'x-second': 'b' })

function both(first: Partial<PrincipalFields>, second: Partial<PrincipalFields>, later = false) {
  return allOf([
    headerAuthenticator('x-first', { a: principal(first) }),
    headerAuthenticator('x-second', { b: principal(second) }, { later }),
  ])
}

test('both of one party: the first names it, at once', () => {
  const answer = atOnce(both({ roles: ['first'] }, { roles: ['second'] }).authenticate(BOTH))
  assert.deepEqual(answer.outcome === 'authenticated' && answer.principal.roles, ['first'])
})

test('an answer may come later', async () => {
  assert.equal((await principalIn(both({}, {}, true).authenticate(BOTH))).subject, 'alice')
})

suite('whether a server was asked now', () => {
  const asked = (isIntrospectedNow: boolean) => {
    const told: (boolean | undefined)[] = []
    const alice = authenticated(principal({ expiresAt: 9 }))
    const token = answeringAuthenticator(
      () => (isIntrospectedNow ? { ...alice, isIntrospectedNow } : alice),
      'x-second',
    )
    const authenticate: Authenticator['authenticate'] = (request, freshly) => {
      told.push(freshly)
      return token.authenticate(request, freshly)
    }
    const subject = allOf([headerAuthenticator('x-first', { a: principal() }), { ...token, authenticate }])
    return { told, answer: (freshly?: boolean) => atOnce(subject.authenticate(BOTH, freshly)) }
  }
  test('is so when it was, about one of them', () => {
    const { answer, told } = asked(true)
    assert.equal((answer(true) as Authenticated).isIntrospectedNow, true)
    answer()
    assert.deepEqual(told, [true, undefined])
  })
  test('is not so when none says it', () => assert.equal('isIntrospectedNow' in asked(false).answer(true), false))
})

suite('what is missing or bad', () => {
  test('none of them is absent', () => assert.equal(atOnce(both({}, {}).authenticate(requestView())).outcome, 'absent'))

  for (const credentials of [{ 'x-first': 'a' }, { 'x-second': 'b' }]) {
    test(`only ${JSON.stringify(credentials)} is not enough, and is no bad credential`, async () => {
      assert.equal((await errorIn(both({}, {}).authenticate(requestView(credentials)))).code, 'unauthenticated')
    })
  }

  for (const credentials of [
    { 'x-first': 'bad', 'x-second': 'b' },
    { 'x-first': 'a', 'x-second': 'bad' },
    { 'x-second': 'bad' },
  ]) {
    test(`${JSON.stringify(credentials)} is rejected`, async () => {
      for (const later of [false, true]) {
        assert.equal((await errorIn(both({}, {}, later).authenticate(requestView(credentials)))).code, 'invalid_token')
      }
    })
  }
})

suite('one party', () => {
  const client = { kind: 'client', clientId: 'app', subject: 'app' } as const
  const one: Readonly<Record<string, readonly [Partial<PrincipalFields>, Partial<PrincipalFields>]>> = {
    'the same subject of the same issuer': [{ issuer: 'https://a.test' }, { issuer: 'https://a.test' }],
    "a user and that user's client": [{ clientId: 'app' }, client],
    'a client twice': [client, client],
    'a tenant and none': [{ tenantId: 't' }, {}],
  }
  for (const [name, [first, second]] of Object.entries(one)) {
    test(name, async () => assert.ok(await principalIn(both(first, second).authenticate(BOTH))))
  }

  const two: Readonly<Record<string, readonly [Partial<PrincipalFields>, Partial<PrincipalFields>]>> = {
    'two subjects': [{ subject: 'alice' }, { subject: 'bob' }],
    'one subject of two issuers': [{ issuer: 'https://a.test' }, { issuer: 'https://b.test' }],
    'a user and a client of that name': [{ subject: 'app' }, { kind: 'client', subject: 'app' }],
    'two tenants': [{ tenantId: 'a' }, { tenantId: 'b' }],
    'two tenants of one client': [
      { ...client, tenantId: 'a' },
      { ...client, tenantId: 'b' },
    ],
    'two users of one client': [
      { subject: 'alice', clientId: 'app' },
      { subject: 'bob', clientId: 'app' },
    ],
    'clients of one name at two issuers': [
      { ...client, issuer: 'https://a.test' },
      { ...client, issuer: 'https://b.test' },
    ],
  }
  for (const [name, [first, second]] of Object.entries(two)) {
    test(`is not ${name}`, async () => {
      const error = await errorIn(both(first, second).authenticate(BOTH))
      assert.equal(error.reason, 'credentials of different parties')
    })
  }

  test('is what the caller says it is', async () => {
    const parts = [
      headerAuthenticator('x-first', { a: principal({ subject: 'alice' }) }),
      headerAuthenticator('x-second', { b: principal({ subject: 'bob' }) }),
    ] as const
    assert.ok(await principalIn(allOf(parts, () => true).authenticate(BOTH)))
    assert.ok(await errorIn(allOf(parts, () => false).authenticate(BOTH)))
  })
})

suite('it ends with the first to expire', () => {
  for (const [first, second, expected] of [
    [100, 200, 100],
    [200, 100, 100],
    [undefined, 100, 100],
    [100, undefined, 100],
    [undefined, undefined, undefined],
  ] as const) {
    test(`${first} and ${second}`, async () => {
      const made = await principalIn(
        both({ expiresAt: first, claims: { a: { b: 1 } } }, { expiresAt: second }).authenticate(BOTH),
      )
      assert.equal(made.expiresAt, expected)
      assert.ok(isPrincipal(made))
      assert.deepEqual(JSON.parse(JSON.stringify(made.claims)), { a: { b: 1 } })
    })
  }
})

suite('what it answers', () => {
  const parts = (first: Principal, other: Principal) =>
    [headerAuthenticator('x-first', { a: first }), headerAuthenticator('x-second', { b: other })] as const

  test('stands for every credential, also of one in the other', async () => {
    const [first, other, third] = [principal({ credentialId: '1' }), principal({ credentialId: '2' }), principal()]
    const inner = allOf(parts(first, other))
    const joint = await principalIn(allOf([inner, headerAuthenticator('x-second', { b: third })]).authenticate(BOTH))
    assert.deepEqual(principalsBehind(joint), [first, other, third])
    assert.equal(joint.credentialId, '1')
  })

  test('is no object that a cache shares with those who come with one credential alone', async () => {
    const first = principal()
    const joint = await principalIn(allOf(parts(first, principal())).authenticate(BOTH))
    assert.notEqual(joint, first)
    assert.deepEqual(principalsBehind(first), [first])
  })
})

suite('refused at boot', () => {
  const part = headerAuthenticator('x-first', {})
  for (const parts of [[], [part], part, undefined]) {
    test(`${Array.isArray(parts) ? parts.length : typeof parts} of them`, () => {
      assertRefusedOption(() => allOf(untyped(parts)), 'allOf', 'two')
    })
  }
  test('anonymous() as one of them', () => assertRefusedOption(() => allOf([part, anonymous()]), 'anonymous()'))
})
