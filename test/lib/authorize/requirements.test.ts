import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ALLOW, deny } from '../../../lib/authorize/policy.ts'
import { REQUIREMENTS, type Requirements, requirementPolicy } from '../../../lib/authorize/requirements.ts'
import { ISSUER, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

const { now } = testClock()
const alice = principal({
  ...{
    issuer: ISSUER,
    clientId: 'app',
    tenantId: 'acme',
    roles: ['editor'],
    scopes: ['a'],
    authenticatedAt: NOW - 600,
  },
})
const roleHierarchy = { admin: ['editor'], editor: ['viewer'] }

async function codeFor(requirements: unknown, who = alice, clientAddress = '192.0.2.7'): Promise<string> {
  const policy = requirementPolicy(untyped<Requirements>(requirements), { now, roleHierarchy })
  const decision = await policy.decide(who, requestView({}, { clientAddress }))
  return decision.allow ? 'allowed' : decision.error.code
}

suite('each requirement is asked for', () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ authenticators: ['jwt'] }, 'allowed'],
    [{ authenticators: ['api-key'] }, 'access_denied'],
    [{ issuers: [ISSUER] }, 'allowed'],
    [{ issuers: ['https://other.example'] }, 'access_denied'],
    [{ clients: ['app'] }, 'allowed'],
    [{ clients: ['other'] }, 'access_denied'],
    [{ tenants: ['acme'] }, 'allowed'],
    [{ tenants: ['globex'] }, 'access_denied'],
    [{ roles: ['viewer'] }, 'allowed'],
    [{ roles: ['admin'] }, 'access_denied'],
    [{ roles: { any: ['admin', 'editor'] } }, 'allowed'],
    [{ networks: ['192.0.2.0/24'] }, 'allowed'],
    [{ networks: ['10.0.0.0/8'] }, 'access_denied'],
    [{ times: { zone: 'UTC', hours: '00:00-24:00' } }, 'allowed'],
    [{ times: { zone: 'UTC', holidays: [new Date(NOW * 1000).toISOString().slice(0, 10)] } }, 'access_denied'],
    [{ certificate: true }, 'access_denied'],
    [{ freshIntrospection: true }, 'access_denied'],
    [{ scopes: ['a'] }, 'allowed'],
    [{ scopes: ['a', 'b'] }, 'insufficient_scope'],
    [{ stepUp: { maxAgeSeconds: 900 } }, 'allowed'],
    [{ stepUp: { maxAgeSeconds: 300 } }, 'insufficient_user_authentication'],
    [{ policy: { name: 'theirs', decide: () => ALLOW } }, 'allowed'],
    [{ policy: { name: 'theirs', decide: async () => deny('no') } }, 'access_denied'],
  ]
  for (const [requirements, code] of cases) {
    test(`${JSON.stringify(requirements)}: ${code}`, async () => assert.equal(await codeFor(requirements), code))
  }
  test('there is a case that allows and one that denies for each', () => {
    for (const name of REQUIREMENTS.filter(
      (each) => !['allOf', 'anyOf', 'not', 'certificate', 'freshIntrospection'].includes(each),
    )) {
      assert.ok(
        cases.some(([each, code]) => name in each && code === 'allowed'),
        name,
      )
      assert.ok(
        cases.some(([each, code]) => name in each && code !== 'allowed'),
        name,
      )
    }
  })
})

suite('together', () => {
  const good = { scopes: ['a'], roles: ['viewer'] }
  const cases: readonly (readonly [string, object, string])[] = [
    ['all that is said', good, 'allowed'],
    ['the one that is not', { ...good, clients: ['other'] }, 'access_denied'],
    ['what nobody can mend first', { scopes: ['b'], networks: ['10.0.0.0/8'] }, 'access_denied'],
    [
      'a scope before a policy',
      { scopes: ['b'], policy: { name: 'x', decide: () => deny('no') } },
      'insufficient_scope',
    ],
    [
      'a policy before a login',
      { stepUp: { maxAgeSeconds: 1 }, policy: { name: 'x', decide: () => deny('no') } },
      'access_denied',
    ],
    ['allOf', { allOf: [{ roles: ['viewer'] }, { scopes: ['a'] }] }, 'allowed'],
    ['allOf, one missing', { allOf: [{ roles: ['viewer'] }, { scopes: ['b'] }] }, 'insufficient_scope'],
    ['anyOf', { anyOf: [{ roles: ['admin'] }, { scopes: ['a'] }] }, 'allowed'],
    ['anyOf, none', { anyOf: [{ roles: ['admin'] }, { scopes: ['b'] }] }, 'insufficient_scope'],
    ['anyOf beside what is asked for', { roles: ['admin'], anyOf: [{ scopes: ['a'] }] }, 'access_denied'],
    [
      'nested',
      { anyOf: [{ roles: ['admin'] }, { allOf: [{ not: { clients: ['x'] } }, { anyOf: [{ scopes: ['a'] }] }] }] },
      'allowed',
    ],
    [
      'a policy that fails, beside an alternative',
      { anyOf: [{ policy: { name: 'x', decide: failing } }, { scopes: ['a'] }] },
      'allowed',
    ],
    [
      'a policy that fails, without',
      { anyOf: [{ policy: { name: 'x', decide: failing } }, { scopes: ['b'] }] },
      'temporarily_unavailable',
    ],
  ]
  for (const [title, requirements, code] of cases)
    test(title, async () => assert.equal(await codeFor(requirements), code))
})

function failing(): never {
  throw new Error('down')
}

suite('not', () => {
  const unknown = principal({ kind: 'client', subject: 'batch', method: 'api-key' })
  test('is the contrary', async () => {
    assert.equal(await codeFor({ not: { networks: ['192.0.2.0/24'] } }), 'access_denied')
    assert.equal(await codeFor({ not: { networks: ['10.0.0.0/8'] } }), 'allowed')
    assert.equal(await codeFor({ not: { roles: ['suspended'] } }), 'allowed')
    assert.equal(await codeFor({ not: { roles: ['viewer'] } }), 'access_denied', 'an editor is a viewer')
    assert.equal(await codeFor({ not: { roles: ['viewer'], clients: ['other'] } }), 'allowed', 'not both')
    assert.equal(await codeFor({ not: { anyOf: [{ roles: ['x'] }, { clients: ['app'] }] } }), 'access_denied')
    assert.equal(await codeFor({ not: { allOf: [{ roles: ['x'] }, { clients: ['app'] }] } }), 'allowed')
  })
  test('of what nobody can tell lets nobody in', async () => {
    assert.equal(await codeFor({ not: { networks: ['10.0.0.0/8'] } }, alice, ''), 'access_denied')
    for (const fact of [{ clients: ['x'] }, { tenants: ['x'] }, { issuers: ['x'] }]) {
      assert.equal(await codeFor({ not: fact }, unknown), 'access_denied')
      assert.equal(await codeFor(fact, unknown), 'access_denied')
    }
  })
  test('cannot ask for what a caller could leave out, however deep', () => {
    for (const name of ['scopes', 'certificate', 'policy', 'stepUp', 'not']) {
      for (const not of [{ [name]: ['a'] }, { anyOf: [{ allOf: [{ [name]: ['a'] }] }] }]) {
        assertRefusedOption(() => requirementPolicy(untyped({ not })), `"not" holds "${name}"`)
      }
    }
  })
})

suite('refused', () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [{}, 'asks for nothing'],
    [{ anyOf: [] }, '"anyOf" must be a list'],
    [{ allOf: {} }, '"allOf" must be a list'],
    [{ anyOf: [{}] }, 'asks for nothing'],
    [{ not: {} }, 'asks for nothing'],
    [{ not: { anyOf: [] } }, '"anyOf"'],
    [{ anyOf: [{ role: ['a'] }] }, 'Did you mean "roles"?'],
    [{ anyOf: [{ public: true }] }, 'unknown option "public"'],
    [{ tenants: [':tenant'] }, 'no such segment'],
    [{ policy: {} }, '"policy.decide"'],
    [undefined, 'object'],
    [{ not: ['a'] }, 'object'],
  ]
  for (const [requirements, word] of refused) {
    test(JSON.stringify(requirements) ?? 'undefined', () =>
      assertRefusedOption(() => requirementPolicy(untyped(requirements)), word),
    )
  }
  test('options', () => {
    assertRefusedOption(
      () => requirementPolicy({ roles: ['a'] }, untyped({ clock: now })),
      'requirementPolicy',
      '"clock"',
    )
  })
})
