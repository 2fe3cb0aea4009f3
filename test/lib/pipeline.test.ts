import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anonymous } from '../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import type { Authentication } from '../../lib/authenticate/authenticator.ts'
import { ALLOW, type Decision, deny } from '../../lib/authorize/policy.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import { DependencyError } from '../../lib/errors.ts'
import { createPipeline, type Outcome } from '../../lib/pipeline.ts'
import type { RawRequest } from '../../lib/request-view.ts'
import { answeringAuthenticator, headerAuthenticator } from '../support/fake-authenticator.ts'
import { atOnce, principal } from '../support/outcomes.ts'
import { rawRequest, requestWith } from '../support/raw-request.ts'
import { untyped } from '../support/refused-option.ts'

const alice = principal({ scopes: ['read'], credentialId: 'key-7', clientId: 'web' })
const known = { good: alice }
const ROUTES: readonly RouteRule[] = [
  { path: '/public/**', public: true },
  { path: '/orders/**', methods: ['GET'], scopes: ['read'] },
  { path: '/orders/**', scopes: ['write'] },
  { path: '/admin/**', roles: ['admin'] },
]

function pipelineOf(options: Partial<BoundaryOptions> = {}) {
  const authenticate = headerAuthenticator('x-api-key', known)
  return { authenticate, ...createPipeline({ authenticate, routes: ROUTES, ...options }) }
}
const decide = (raw: RawRequest, options: Partial<BoundaryOptions> = {}) =>
  atOnce(pipelineOf(options).decide(raw, 'http'))
const to = (target: string, key: string | undefined = 'good', method = 'GET'): RawRequest => ({
  ...(key === '' ? rawRequest() : requestWith(['X-API-Key', key])),
  method,
  target,
})
const codeOf = (outcome: Outcome) => (outcome.allowed ? 'allowed' : outcome.error.code)

suite('outcomes', () => {
  const cases: readonly (readonly [string, RawRequest, string])[] = [
    ['a public route, nothing presented', to('/public/x', ''), 'allowed'],
    ['a public route, a bad credential', to('/public/x', 'bad'), 'allowed'],
    ['a scope that is held', to('/orders/1'), 'allowed'],
    ['a scope that is not', to('/orders/1', 'good', 'POST'), 'insufficient_scope'],
    ['a role that is not held', to('/admin'), 'access_denied'],
    ['a route that no rule names', to('/other'), 'access_denied'],
    ['nothing presented', to('/orders/1', ''), 'unauthenticated'],
    ['nothing presented, where no rule names the route', to('/other', ''), 'unauthenticated'],
    ['a bad credential', to('/orders/1', 'bad'), 'invalid_token'],
    ['a path that is not canonical, before anything', to('/public/../orders/1', ''), 'invalid_request'],
    ['a public route under another spelling of a protected one', to('/public/..%2forders', ''), 'invalid_request'],
    ['a public path that a method override turns', to('/public/x', '', 'TRACE'), 'invalid_request'],
  ]
  for (const [name, raw, code] of cases) test(`${name}: ${code}`, () => assert.equal(codeOf(decide(raw)), code))
})

suite('the order of the stages', () => {
  test('admission comes before the authenticator', () => {
    const pipeline = pipelineOf()
    assert.equal(codeOf(atOnce(pipeline.decide(to('/orders/../x', 'bad'), 'http'))), 'invalid_request')
    assert.equal(pipeline.authenticate.calls(), 0)
  })
  test('authentication comes before authorization: who is unknown learns nothing of the routes', () => {
    assert.deepEqual(codeOf(decide(to('/admin', 'bad'))), codeOf(decide(to('/no-such', 'bad'))))
    assert.deepEqual(codeOf(decide(to('/admin', ''))), codeOf(decide(to('/no-such', ''))))
  })
  test('authorization comes before propagation', () => {
    const dept = principal({ roles: ['admin'], claims: { dept: 42 } })
    const options = {
      authenticate: headerAuthenticator('x-api-key', { good: dept }),
      identity: { claims: { 'X-Dept': 'dept' } },
    }
    assert.equal(codeOf(decide(to('/orders/1'), options)), 'insufficient_scope')
    assert.equal(codeOf(decide(to('/admin'), options)), 'invalid_token')
  })
})

suite('a public route', () => {
  test('neither authenticates nor forwards the credential, nor any header that could pass for ours', () => {
    const pipeline = pipelineOf()
    const raw = {
      ...requestWith(['X-API-Key', 'good'], ['X-User-ID', 'root'], ['x_user_id', 'root'], ['Accept', '*/*']),
      target: '/public/x',
    }
    const outcome = atOnce(pipeline.decide(raw, 'http'))
    assert.ok(outcome.allowed)
    assert.equal(outcome.principal, undefined)
    assert.equal(pipeline.authenticate.calls(), 0)
    const names = ['accept', 'host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-request-id']
    assert.deepEqual(Object.keys(outcome.forwarded.headers).sort(), names)
    assert.ok(
      !outcome.forwarded.rawHeaders.join('|').includes('good') &&
        !outcome.forwarded.rawHeaders.join('|').includes('root'),
    )
  })
  test('still refuses two credentials of one kind', () => {
    const raw = { ...requestWith(['X-API-Key', 'a'], ['X-API-Key', 'b']), target: '/public/x' }
    assert.equal(codeOf(decide(raw)), 'invalid_request')
  })
})

test('anonymous access is for routes that say so', () => {
  const authenticate = anyOf(headerAuthenticator('x-api-key', known), anonymous())
  const routes: readonly RouteRule[] = [
    { path: '/open', anonymous: true },
    { path: '/closed', authenticated: true },
  ]
  assert.equal(codeOf(decide(to('/open', ''), { authenticate, routes })), 'allowed')
  assert.equal(codeOf(decide(to('/closed', ''), { authenticate, routes })), 'unauthenticated')
  assert.equal(codeOf(decide(to('/open', 'bad'), { authenticate, routes })), 'invalid_token')
})

test('what goes on holds the identity, and not the credential', () => {
  const outcome = decide(to('/orders/%31?a=b'))
  assert.ok(outcome.allowed)
  assert.deepEqual([outcome.request.path, outcome.request.query, outcome.principal], ['/orders/1', 'a=b', alice])
  assert.equal(outcome.forwarded.headers['x-user-id'], 'alice')
  assert.equal(outcome.forwarded.headers['x-request-id'], outcome.request.id)
  assert.ok(!JSON.stringify(outcome).includes('good'))
})

suite('whatever goes wrong is 503', () => {
  const thrown = [undefined, null, 0, 'text', new Error('x'), new DependencyError('store', 'down')]
  for (const value of thrown) {
    test(`thrown or rejected: ${String(value)}`, async () => {
      const fail = (): Authentication => {
        throw value
      }
      const throwing = pipelineOf({ authenticate: answeringAuthenticator(fail) }).decide(to('/orders/1'), 'http')
      const rejecting = pipelineOf({ authenticate: answeringAuthenticator(async () => fail()) }).decide(
        to('/orders/1'),
        'http',
      )
      for (const outcome of [atOnce(throwing), await rejecting]) {
        assert.ok(!outcome.allowed)
        assert.equal(outcome.answer.status, 503)
        assert.equal(outcome.error.cause, value)
        assert.equal(outcome.answer.headers['retry-after'], '1')
      }
    })
  }

  test('an authenticator that answers nothing', async () => {
    for (const answer of [undefined, Promise.resolve(undefined)]) {
      const authenticate = answeringAuthenticator(() => answer as unknown as Authentication)
      assert.equal(
        codeOf(await pipelineOf({ authenticate }).decide(to('/orders/1'), 'http')),
        'temporarily_unavailable',
      )
    }
  })

  test('an authenticator that is too slow', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const authenticate = answeringAuthenticator(() => new Promise(() => undefined))
    const outcome = pipelineOf({ authenticate, deadlineMs: 250 }).decide(to('/orders/1'), 'http')
    context.mock.timers.tick(250)
    assert.equal(codeOf(await outcome), 'temporarily_unavailable')
  })

  test('the default deadline is ten seconds', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    let settled = false
    const pipeline = pipelineOf({ authenticate: answeringAuthenticator(() => new Promise(() => undefined)) })
    const outcome = Promise.resolve(pipeline.decide(to('/orders/1'), 'http')).finally(() => {
      settled = true
    })
    context.mock.timers.tick(9_999)
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(!settled)
    context.mock.timers.tick(1)
    assert.equal(codeOf(await outcome), 'temporarily_unavailable')
  })

  test('a scope whose challenge cannot be sent: never thrown, never rejected', async () => {
    const holders = { good: principal({ method: 'x-api-key' }) }
    const later = headerAuthenticator('x-api-key', holders, { later: true })
    for (const authenticate of [headerAuthenticator('x-api-key', holders), later]) {
      const options = { authenticate, routes: untyped<RouteRule[]>([{ path: '/x', scopes: ['caf\u00e9'] }]) }
      let pipeline: ReturnType<typeof pipelineOf>
      try {
        pipeline = pipelineOf(options)
      } catch (error) {
        assert.ok(error instanceof TypeError, 'refused at boot is as good')
        continue
      }
      assert.ok(!(await pipeline.decide(to('/x'), 'http')).allowed)
    }
  })
})

test('when nobody listens, nothing is published and nothing breaks', () => {
  assert.equal(codeOf(decide(to('/orders/1'))), 'allowed')
})

suite('a policy that answers later', () => {
  const policyThat = (answer: () => Promise<Decision>) => ({
    routes: [{ path: '/**', policy: { name: 'theirs', decide: answer } }],
  })
  const later = async (answer: () => Promise<Decision>, options: Partial<BoundaryOptions> = {}) =>
    codeOf(await pipelineOf({ ...policyThat(answer), ...options }).decide(to('/orders/1'), 'http'))

  test('is waited for', async () => {
    assert.equal(await later(async () => ALLOW), 'allowed')
    assert.equal(await later(async () => deny('no')), 'access_denied')
  })
  test('and fails, decides nothing: 503', async () => {
    assert.equal(await later(async () => Promise.reject(undefined)), 'temporarily_unavailable')
    assert.equal(await later(async () => untyped({ allow: 'yes' })), 'temporarily_unavailable')
    const down = () => {
      throw new DependencyError('theirs', 'is down')
    }
    assert.equal(await later(down), 'temporarily_unavailable')
  })
  test('and too late, decides nothing: 503', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const code = later(() => new Promise(() => undefined), { deadlineMs: 50 })
    context.mock.timers.tick(50)
    assert.equal(await code, 'temporarily_unavailable')
  })
})
