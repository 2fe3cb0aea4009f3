import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express, { type ErrorRequestHandler } from 'express'
import { anonymous } from '../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import { ALLOW, type Decision, deny, type Policy } from '../../lib/authorize/policy.ts'
import { AuthError } from '../../lib/errors.ts'
import { authorize, requireRoles, requireScopes, requireStepUp } from '../../middleware/authorize.ts'
import { boundary } from '../../middleware/boundary.ts'
import type { Middleware } from '../../middleware/connect.ts'
import { CREDENTIALS } from '../support/api-boundary.ts'
import { echo } from '../support/echo.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { principal } from '../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const authenticate = anyOf(headerAuthenticator('x-api-key', CREDENTIALS), anonymous())

async function answerOf(middleware: Middleware, key?: string) {
  const port = await serve(express().use(boundary({ authenticate }), middleware, echo))
  return sendRequest(port, { headers: key === undefined ? [] : [['X-API-Key', key]] })
}

suite('scopes and roles', () => {
  const cases: readonly (readonly [string, Middleware, string | undefined, number])[] = [
    ['all scopes, held', requireScopes(['read:orders', 'write:orders']), 'admin', 200],
    ['all scopes, one missing', requireScopes(['read:orders', 'write:orders']), 'alice', 403],
    ['any scope, one held', requireScopes({ any: ['read:orders', 'write:orders'] }), 'alice', 200],
    ['any scope, none held', requireScopes({ any: ['write:orders', 'x'] }), 'alice', 403],
    ['all roles, held', requireRoles(['editor']), 'alice', 200],
    ['all roles, one missing', requireRoles({ all: ['editor', 'admin'] }), 'alice', 403],
    ['any role, one held', requireRoles({ any: ['editor', 'admin'] }), 'alice', 200],
    ['any role, none held', requireRoles({ any: ['owner', 'admin'] }), 'alice', 403],
    ['scopes, the anonymous', requireScopes(['read:orders']), undefined, 401],
    ['roles, the anonymous', requireRoles(['admin']), undefined, 401],
  ]
  for (const [name, middleware, key, status] of cases) {
    test(`${name}: ${status}`, async () => assert.equal((await answerOf(middleware, key)).status, status))
  }
  test('the scopes that are needed are told, the roles are not', async () => {
    const scopes = await answerOf(requireScopes(['write:orders']), 'alice')
    assert.equal(
      scopes.headers['www-authenticate'],
      'Fake name="x-api-key", error="insufficient_scope", scope="write:orders"',
    )
    const roles = await answerOf(requireRoles(['secret-role']), 'alice')
    assert.ok(!(roles.body + JSON.stringify(roles.headers)).includes('secret-role'))
  })
})

suite('step-up', () => {
  const user = { issuer: 'https://issuer.example.test', authenticatedAt: 1_000, claims: { acr: 'pwd' } }
  const known = { user: principal(user), key: principal({ method: 'api-key' }), client: principal({ kind: 'client' }) }
  const gate = boundary({ authenticate: anyOf(headerAuthenticator('x-api-key', known), anonymous()) })
  async function answerAt(now: number, key?: string) {
    const stepUp = requireStepUp([{ acrValues: ['mfa'], maxAgeSeconds: 60 }, { maxAgeSeconds: 10 }], { now: () => now })
    const port = await serve(express().use(gate, stepUp, echo))
    return sendRequest(port, { headers: key === undefined ? [] : [['X-API-Key', key]] })
  }
  test('lets through who has just signed in', async () => assert.equal((await answerAt(1_010, 'user')).status, 200))
  test('sends others to sign in again', async () => {
    const answer = await answerAt(1_011, 'user')
    assert.deepEqual(
      [answer.status, answer.headers['www-authenticate']],
      [401, 'Fake name="x-api-key", error="insufficient_user_authentication", acr_values="mfa", max_age="60"'],
    )
  })
  test('denies who cannot', async () => {
    for (const key of ['key', 'client']) assert.equal((await answerAt(1_000, key)).status, 403)
  })
  test('asks the anonymous who they are', async () => assert.equal((await answerAt(1_000)).status, 401))
  test('is checked at boot', () => {
    assertRefusedOption(() => requireStepUp({}), 'asks for nothing')
    assertRefusedOption(() => requireStepUp({ maxAgeSeconds: 1 }, untyped({ now: 1 })), '"now"')
    assertRefusedOption(() => requireStepUp({ maxAgeSeconds: 1 }, untyped({ onerror: 1 })), 'Did you mean "onError"?')
  })
})

suite('any policy', () => {
  const policy = (decide: () => unknown): Policy => ({ name: 'policy', decide: () => decide() as Decision })
  const fail = () => {
    throw undefined
  }
  const cases: Readonly<Record<string, readonly [() => unknown, number]>> = {
    'that allows': [() => ALLOW, 200],
    'that allows later': [async () => ALLOW, 200],
    'that denies': [() => deny('r'), 403],
    'that denies later': [async () => deny('r'), 403],
    'that throws nothing': [fail, 503],
    'that rejects with nothing': [async () => fail(), 503],
    'that answers nothing': [() => undefined, 503],
    'that answers nothing later': [async () => undefined, 503],
    'that answers true': [() => true, 503],
    'that answers half': [() => ({ allow: 'yes' }), 503],
    'that denies without an error': [() => ({ allow: false }), 503],
  }
  for (const [name, [decide, status]] of Object.entries(cases)) {
    test(`${name}: ${status}`, async () =>
      assert.equal((await answerOf(authorize(policy(decide)), 'alice')).status, status))
  }
  test('sets no headers here, for no boundary has stripped them', async () => {
    const setting = policy(() => ({ allow: true, headers: { 'X-Area': 'a' } }))
    assert.equal((await answerOf(authorize(setting), 'alice')).status, 503)
    assertRefusedOption(() => authorize({ ...setting, setsHeaders: ['X-Area'] }), '"setsHeaders"')
  })
  test('is not asked about nobody', async () => {
    let asked = false
    const asking = policy(() => {
      asked = true
      return ALLOW
    })
    assert.equal((await answerOf(authorize(asking))).status, 401)
    assert.ok(!asked)
  })
  test('is not asked on a public route', async () => {
    const open = boundary({ authenticate, routes: [{ path: '/**', public: true }] })
    const port = await serve(express().use(open, authorize(policy(() => ALLOW)), echo))
    assert.equal((await sendRequest(port, { headers: [['X-API-Key', 'alice']] })).status, 401)
  })
})

test('without a boundary before it, no request passes', async () => {
  const handler: ErrorRequestHandler = (error: Error, _request, response, _next) =>
    void response.status(500).end(error.message)
  const port = await serve(
    express()
      .use(requireRoles(['admin']), echo)
      .use(handler),
  )
  const answer = await sendRequest(port, { headers: [['X-API-Key', 'admin']] })
  assert.equal(answer.status, 500)
  assert.match(answer.body, /mount the boundary first/)
})

test("onError 'next' hands the error to the app", async () => {
  const handler: ErrorRequestHandler = (error, _request, response, _next) => {
    response
      .status(418)
      .set(error.headers)
      .end(error instanceof AuthError ? error.code : 'other')
  }
  const app = express().use(boundary({ authenticate }), requireScopes(['x'], { onError: 'next' }), echo)
  const answer = await sendRequest(await serve(app.use(handler)), { headers: [['X-API-Key', 'alice']] })
  assert.deepEqual([answer.status, answer.body], [418, 'insufficient_scope'])
  assert.match(String(answer.headers['www-authenticate']), /scope="x"/)
})

test('options are checked at boot', () => {
  assertRefusedOption(() => requireScopes([]), '"scopes"')
  assertRefusedOption(() => requireRoles({ any: [] }), '"roles"')
  assertRefusedOption(() => requireRoles(['a'], untyped({ onerror: 'next' })), 'Did you mean "onError"?')
  assertRefusedOption(() => requireRoles(['a'], untyped({ onError: 'ignore' })), '"onError"')
  assertRefusedOption(() => authorize(untyped({})), 'policy.decide')
  assertRefusedOption(() => authorize(untyped(undefined)), 'policy.decide')
})
