import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { ALLOW, type Decision, deny } from '../../lib/authorize/policy.ts'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import type { Middleware } from '../../middleware/connect.ts'
import { type BoundaryStages, boundaryStages } from '../../middleware/stages.ts'
import { CREDENTIALS, ROUTES } from '../support/api-boundary.ts'
import { type Echoed, echo } from '../support/echo.ts'
import { answeringAuthenticator, headerAuthenticator } from '../support/fake-authenticator.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const authenticate = headerAuthenticator('x-api-key', CREDENTIALS)
const ALICE = ['X-API-Key', 'alice'] as const

async function composed(
  pick: (stages: BoundaryStages) => readonly Middleware[],
  options: Partial<BoundaryOptions> = {},
) {
  const app = express()
  for (const middleware of pick(boundaryStages({ authenticate, routes: ROUTES, ...options }))) app.use(middleware)
  return serve(app.use(echo))
}
const allFour = (stages: BoundaryStages) => [stages.admit, stages.authenticate, stages.authorize, stages.propagate]

suite('the four, in their order, are a boundary', async () => {
  const port = await composed(allFour)
  const cases: readonly (readonly [string, string, string | undefined, number])[] = [
    ['an allowed route', '/orders/1', 'alice', 200],
    ['a public route', '/public/x', undefined, 200],
    ['a public route with a bad credential', '/public/x', 'bad', 200],
    ['nothing presented', '/orders/1', undefined, 401],
    ['a bad credential', '/orders/1', 'bad', 401],
    ['a role that is missing', '/admin', 'alice', 403],
    ['a route that no rule names', '/none', 'alice', 403],
    ['a path that is not canonical', '/public/../admin', 'alice', 400],
  ]
  for (const [name, path, key, status] of cases) {
    test(`${name}: ${status}`, async () => {
      const headers = key === undefined ? [] : [['X-API-Key', key] as const]
      assert.equal((await sendRequest(port, { path, headers })).status, status)
    })
  }
  test('what goes on is the real identity, in one spelling', async () => {
    const headers = [ALICE, ['X_User_ID', 'root'], ['X-User-Roles', 'admin']] as const
    const seen = (await sendRequest(port, { path: '/%6frders/1', headers })).json() as unknown as Echoed
    assert.deepEqual(
      [seen.url, seen.headers['x-user-id'], seen.headers['x-user-roles']],
      ['/orders/1', 'alice', 'editor'],
    )
    assert.ok(!JSON.stringify(seen).includes('root'))
    assert.deepEqual(seen.principal, { kind: 'user', subject: 'alice' })
  })
})

suite('a stage that comes too early, or alone', () => {
  const wrong: Readonly<Record<string, readonly [(stages: BoundaryStages) => readonly Middleware[], number]>> = {
    'authenticate before admit': [({ authenticate: stage }) => [stage], 503],
    'authorize before admit': [({ authorize }) => [authorize], 503],
    'propagate before admit': [({ propagate }) => [propagate], 503],
    'authorize without authenticate': [({ admit, authorize }) => [admit, authorize], 401],
  }
  for (const [name, [pick, status]] of Object.entries(wrong)) {
    test(`${name}: ${status}`, async () => {
      assert.equal((await sendRequest(await composed(pick), { path: '/orders/1', headers: [ALICE] })).status, status)
    })
  }
  test('admit alone still lets no forged header and no credential through', async () => {
    const port = await composed(({ admit }) => [admit])
    const seen = (await sendRequest(port, { path: '/x', headers: [ALICE, ['X-User-ID', 'root']] })).json()
    assert.ok(!/alice|root/.test(JSON.stringify(seen)))
  })
})

test('another middleware may stand between them', async () => {
  let between: string | undefined
  const watch: Middleware = (request, _response, next) => {
    between = String(request.headers['x-user-id'])
    next()
  }
  const port = await composed((stages) => [
    stages.admit,
    stages.authenticate,
    watch,
    stages.authorize,
    stages.propagate,
  ])
  assert.equal((await sendRequest(port, { path: '/orders/1', headers: [ALICE, ['X-User-ID', 'root']] })).status, 200)
  assert.equal(between, 'undefined')
})

test('a URL that is rewritten before admit is 503', async () => {
  const rewrite: Middleware = (request, _response, next) => {
    request.url = '/elsewhere'
    next()
  }
  const port = await composed((stages) => [rewrite, ...allFour(stages)])
  assert.equal((await sendRequest(port, { path: '/public/x' })).status, 503)
})

suite('whatever is thrown is 503', () => {
  for (const value of [undefined, new Error('x')]) {
    test(String(value), async () => {
      const fail = () => {
        throw value
      }
      for (const authenticator of [answeringAuthenticator(fail), answeringAuthenticator(async () => fail())]) {
        const port = await composed(allFour, { authenticate: authenticator })
        assert.equal((await sendRequest(port, { path: '/orders/1', headers: [ALICE] })).status, 503)
      }
    })
  }
})

test('an answer that comes later is as good', async () => {
  const port = await composed(allFour, { authenticate: headerAuthenticator('x-api-key', CREDENTIALS, { later: true }) })
  assert.equal((await sendRequest(port, { path: '/orders/1', headers: [ALICE] })).status, 200)
})

test('options are checked at boot', () => {
  assertRefusedOption(() => boundaryStages(untyped({ authenticate, onError: 'next' })), 'unknown option "onError"')
  assertRefusedOption(() => boundaryStages(untyped({})), '"authenticate"')
})

test('propagate goes on with nothing that authorize has not allowed', async () => {
  for (const left of [
    ['admit', 'propagate'],
    ['admit', 'authenticate', 'propagate'],
  ] as const) {
    const stages = boundaryStages({ authenticate: headerAuthenticator('x-api-key', CREDENTIALS), routes: ROUTES })
    const app = express().use(...left.map((name) => stages[name]), (_request, response) => response.end('in'))
    const answer = await sendRequest(await serve(app), { path: '/admin', headers: [['X-API-Key', 'alice']] })
    assert.equal(answer.status, 503)
  }
})

suite('a rule whose policy answers later', async () => {
  const answers: Readonly<Record<string, () => Promise<Decision>>> = {
    200: async () => ALLOW,
    403: async () => deny('no'),
    503: async () => Promise.reject(new Error('down')),
  }
  for (const [status, decide] of Object.entries(answers)) {
    const port = await composed(allFour, { routes: [{ path: '/**', policy: { name: 'theirs', decide } }] })
    test(`is waited for: ${status}`, async () => {
      assert.equal(String((await sendRequest(port, { path: '/orders/1', headers: [ALICE] })).status), status)
    })
  }
})

test('what a policy sets goes upstream, and what a client sends by its name does not', async () => {
  const decide = (): Decision => ({ allow: true, headers: { 'X-Area': 'north' } })
  const policy = { name: 'setting', setsHeaders: ['X-Area'], decide }
  const port = await composed(allFour, { routes: [{ path: '/**', policy }] })
  const answer = await sendRequest(port, {
    path: '/orders/1',
    headers: [ALICE, ['X-Area', 'forged'], ['x_area', 'forged']],
  })
  assert.equal((answer.json().headers as Record<string, string>)['x-area'], 'north')
  assert.doesNotMatch(answer.body, /forged/)
})
