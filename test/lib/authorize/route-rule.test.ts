import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { requirementContext } from '../../../lib/authorize/requirements.ts'
import { compileRule } from '../../../lib/authorize/route-rule.ts'
import { ISSUER, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { atOnce, principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

const nobody = principal({ kind: 'anonymous', subject: 'anonymous', method: 'anonymous' })
const alice = principal({ scopes: ['a', 'b'], roles: ['editor'] })
const context = requirementContext({ now: testClock().now })
const compile = (rule: object) => compileRule(untyped({ path: '/x', ...rule }), context)

function codeFor(rule: object, who = alice): string {
  const decision = atOnce(compile(rule).decide(who, requestView()))
  return decision.allow ? 'allowed' : decision.error.code
}

suite('who may', () => {
  test('authenticated: anybody but the anonymous', () => {
    assert.equal(codeFor({ authenticated: true }), 'allowed')
    assert.equal(codeFor({ authenticated: true }, nobody), 'unauthenticated')
  })
  test('anonymous: anybody', () => {
    assert.equal(codeFor({ anonymous: true }), 'allowed')
    assert.equal(codeFor({ anonymous: true }, nobody), 'allowed')
  })
  test('scopes and roles: who has both', () => {
    assert.equal(codeFor({ scopes: ['a'], roles: ['editor'] }), 'allowed')
    assert.equal(codeFor({ scopes: ['c'], roles: ['editor'] }), 'insufficient_scope')
    assert.equal(codeFor({ scopes: ['a'], roles: ['admin'] }), 'access_denied')
    assert.equal(codeFor({ authenticated: true, roles: ['admin'] }), 'access_denied')
  })
  test('the anonymous is asked to say who it is, whatever is missing', () => {
    assert.equal(codeFor({ scopes: ['c'] }, nobody), 'unauthenticated')
    assert.equal(codeFor({ roles: ['admin'] }, nobody), 'unauthenticated')
  })
})

suite('step-up', () => {
  const stepUp = [{ acrValues: ['mfa'] }, { maxAgeSeconds: 300 }]
  const fields = { issuer: ISSUER, roles: ['editor'], scopes: ['a'] }
  const fresh = principal({ ...fields, authenticatedAt: NOW - 300 })
  const old = principal({ ...fields, authenticatedAt: NOW - 301 })
  test('is enough for a rule, which then wants a user', () => {
    assert.equal(codeFor({ stepUp }, fresh), 'allowed')
    assert.equal(codeFor({ stepUp }, old), 'insufficient_user_authentication')
    assert.equal(codeFor({ stepUp }, nobody), 'unauthenticated')
    assert.equal(codeFor({ stepUp }, principal({ kind: 'client', issuer: ISSUER })), 'access_denied')
  })
  test('comes with the others', () => {
    assert.equal(codeFor({ stepUp, scopes: ['a'], roles: ['editor'] }, fresh), 'allowed')
    assert.equal(codeFor({ stepUp, scopes: ['b'] }, fresh), 'insufficient_scope')
  })
  test('comes last: whom a login would not help is not sent to log in', () => {
    assert.equal(codeFor({ stepUp, roles: ['admin'] }, old), 'access_denied')
    assert.equal(codeFor({ stepUp, scopes: ['b'] }, old), 'insufficient_scope')
  })
})

test('whom another token would not help is not sent for one', () => {
  assert.equal(codeFor({ scopes: ['c'], roles: ['admin'] }), 'access_denied')
})

test('a rule has a name in words', () => {
  assert.equal(compile({ public: true }).id, '* /x')
  assert.equal(compile({ public: true, methods: ['GET', 'POST'] }).id, 'GET,POST /x')
})

test('HEAD follows GET, and nothing follows other methods', () => {
  assert.deepEqual(compile({ public: true, methods: ['GET'] }).methods, ['GET', 'HEAD'])
  assert.deepEqual(compile({ public: true, methods: ['HEAD', 'GET'] }).methods, ['HEAD', 'GET'])
  assert.deepEqual(compile({ public: true, methods: ['HEAD'] }).methods, ['HEAD'])
  assert.deepEqual(compile({ public: true, methods: ['POST'] }).methods, ['POST'])
  assert.equal(compile({ public: true }).methods, undefined)
})

suite('refused', () => {
  const refused: readonly (readonly [object, ...string[]])[] = [
    [{}, '"* /x" asks for nothing', 'say public'],
    [{ methods: ['GET'] }, 'asks for nothing'],
    [{ scope: ['a'] }, 'Did you mean "scopes"?'],
    [{ role: ['a'] }, 'Did you mean "roles"?'],
    [{ public: true, roles: ['a'] }, 'is public and asks for more'],
    [{ public: true, authenticated: true }, 'is public'],
    [{ anonymous: true, scopes: ['a'] }, 'is anonymous'],
    [{ public: false }, '"public" can only be true'],
    [{ authenticated: false }, '"authenticated" can only be true'],
    [{ authenticated: 'yes' }, '"authenticated" can only be true'],
    [{ public: false, roles: ['a'] }, 'asks for more'],
    [{ scopes: [] }, '"scopes"'],
    [{ roles: { any: [] } }, '"roles"'],
    [{ stepUp: {} }, '"stepUp" asks for nothing'],
    [{ stepUp: { maxAgeSeconds: 0 } }, '"maxAgeSeconds"'],
    [{ anonymous: true, stepUp: { maxAgeSeconds: 1 } }, 'is anonymous'],
    [{ public: true, methods: [] }, '"methods"'],
    [{ public: true, methods: ['get'] }, 'upper-case'],
    [{ public: true, methods: ['GET', 'GET'] }, 'twice'],
    [{ public: true, methods: 'GET' }, 'routes', '"methods"', 'list'],
    [{ public: true, methods: ['*'] }, 'upper-case'],
  ]
  for (const [rule, ...words] of refused) {
    test(JSON.stringify(rule), () => assertRefusedOption(() => compile(rule), ...words))
  }
  test('a rule that is no object', () =>
    assertRefusedOption(() => compileRule(untyped('/x'), context), 'routes', 'object'))
})
