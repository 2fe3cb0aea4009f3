import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import { type DecisionEvent, decisions, publishDecision, startProgress } from '../../lib/decision-event.ts'
import { systemClock } from '../../lib/effects.ts'
import { AuthError, DependencyError } from '../../lib/errors.ts'
import { createPipeline } from '../../lib/pipeline.ts'
import type { RawRequest } from '../../lib/request-view.ts'
import { decisionEvents } from '../support/decision-events.ts'
import { answeringAuthenticator, headerAuthenticator } from '../support/fake-authenticator.ts'
import { atOnce, principal } from '../support/outcomes.ts'
import { rawRequest, requestWith } from '../support/raw-request.ts'
import { requestView } from '../support/request-view.ts'

test('when nobody listens, no clock is started and nothing is put together', () => {
  const progress = startProgress('http', rawRequest(), systemClock)
  assert.equal(progress.startedAtMs, 0)
  Object.defineProperty(progress, 'stage', { get: () => assert.fail('it was read') })
  publishDecision(progress, 'id-1', undefined)
})

test('who listens hears everything but the credential and the claims', (context) => {
  const events: DecisionEvent[] = []
  const listen = (event: unknown) => void events.push(event as DecisionEvent)
  decisions.subscribe(listen)
  context.after(() => decisions.unsubscribe(listen))
  const cause = new Error('down')
  const fields = { clientId: 'app', issuer: 'https://i.test', tenantId: 't', credentialId: 'jti', email: 'a@x.test' }
  const progress = startProgress('upgrade', { ...rawRequest(), method: 'POST' }, () => 5)
  Object.assign(progress, { stage: 'authorize', request: requestView(), rule: '* /x' })
  progress.principal = principal({ ...fields, roles: ['admin'], claims: { secret: 1 } })
  publishDecision(progress, 'id-1', new AuthError('temporarily_unavailable', { reason: 'store', cause }), 'middleware')
  const { durationMs, ...event } = events[0] ?? assert.fail()
  assert.ok(durationMs >= 0 && durationMs < 60_000)
  assert.deepEqual(event, {
    outcome: 'denied',
    decidedBy: 'middleware',
    entrance: 'upgrade',
    stage: 'authorize',
    requestId: 'id-1',
    method: 'POST',
    host: 'api.example.test',
    path: '/orders/42',
    clientAddress: '192.0.2.7',
    startedAt: 5,
    rule: '* /x',
    status: 503,
    code: 'temporarily_unavailable',
    reason: 'store',
    cause,
    principal: {
      kind: 'user',
      subject: 'alice',
      method: 'jwt',
      clientId: 'app',
      issuer: 'https://i.test',
      tenantId: 't',
      credentialId: 'jti',
    },
  })
})

test('who begins to listen in the middle of a request hears no wrong duration', (context) => {
  const events: DecisionEvent[] = []
  const progress = startProgress('http', rawRequest(), systemClock)
  const listen = (event: unknown) => void events.push(event as DecisionEvent)
  decisions.subscribe(listen)
  context.after(() => decisions.unsubscribe(listen))
  publishDecision(progress, 'id-1', undefined)
  assert.deepEqual([events[0]?.durationMs, events[0]?.outcome, events[0]?.status], [0, 'allowed', undefined])
})

const alice = principal({ scopes: ['read'], credentialId: 'key-7', clientId: 'web' })
const ROUTES: readonly RouteRule[] = [
  { path: '/public/**', public: true },
  { path: '/orders/**', methods: ['GET'], scopes: ['read'] },
  { path: '/admin/**', roles: ['admin'] },
]
const authenticate = headerAuthenticator('x-api-key', { good: alice })
const pipelineOf = (options: Partial<BoundaryOptions>) => createPipeline({ authenticate, routes: ROUTES, ...options })
const to = (target: string, key = 'good'): RawRequest => ({
  ...(key === '' ? rawRequest() : requestWith(['X-API-Key', key])),
  target,
})

suite('the event of a request', () => {
  const events = decisionEvents()
  const eventOf = (raw: RawRequest, options: Partial<BoundaryOptions> = {}) => {
    events.length = 0
    const outcome = atOnce(pipelineOf(options).decide(raw, 'http'))
    assert.equal(events.length, 1, 'one event for a request')
    const { durationMs, requestId, startedAt, ...event } = events[0] ?? assert.fail()
    assert.ok(durationMs > 0 && Math.abs(startedAt - systemClock()) < 60)
    assert.equal(requestId, outcome.allowed ? outcome.request.id : outcome.requestId)
    return event
  }
  const safe = { kind: 'user', subject: 'alice', method: 'jwt', clientId: 'web', credentialId: 'key-7' }
  const heard = {
    decidedBy: 'boundary',
    entrance: 'http',
    method: 'GET',
    host: 'api.example.test',
    clientAddress: '192.0.2.7',
  }
  const notAdmitted = { host: undefined, path: undefined }
  const nothing = { status: undefined, code: undefined, reason: undefined, cause: undefined }

  test('of an allowed request', () => {
    assert.deepEqual(eventOf(to('/orders/1')), {
      outcome: 'allowed',
      ...heard,
      stage: 'propagate',
      path: '/orders/1',
      rule: 'GET /orders/**',
      ...nothing,
      principal: safe,
    })
  })
  test('of a public route', () => {
    assert.deepEqual(eventOf(to('/public/x')), {
      outcome: 'allowed',
      ...heard,
      stage: 'propagate',
      path: '/public/x',
      rule: '* /public/**',
      ...nothing,
      principal: undefined,
    })
  })

  const denied: readonly (readonly [RawRequest, Readonly<Record<string, unknown>>])[] = [
    [
      to('/a/../b'),
      {
        ...notAdmitted,
        stage: 'admit',
        rule: undefined,
        status: 400,
        code: 'invalid_request',
        reason: 'target',
        principal: undefined,
      },
    ],
    [
      to('/orders/1', ''),
      {
        stage: 'authenticate',
        rule: 'GET /orders/**',
        status: 401,
        code: 'unauthenticated',
        reason: 'no credential',
        principal: undefined,
      },
    ],
    [
      to('/orders/1', 'bad'),
      {
        stage: 'authenticate',
        rule: 'GET /orders/**',
        status: 401,
        code: 'invalid_token',
        reason: 'unknown',
        principal: undefined,
      },
    ],
    [
      to('/admin'),
      { stage: 'authorize', rule: '* /admin/**', status: 403, code: 'access_denied', reason: 'role', principal: safe },
    ],
    [
      to('/other'),
      {
        stage: 'authorize',
        rule: undefined,
        status: 403,
        code: 'access_denied',
        reason: 'no rule names the route',
        principal: safe,
      },
    ],
  ]
  for (const [raw, expected] of denied) {
    test(`of a denied request: ${raw.target} ${String(expected.reason)}`, () => {
      assert.deepEqual(eventOf(raw), {
        outcome: 'denied',
        ...heard,
        path: raw.target,
        cause: undefined,
        ...expected,
      })
    })
  }

  test('of a failed dependency tells the cause', () => {
    const cause = new DependencyError('key store', 'down')
    const authenticate = answeringAuthenticator(() => {
      throw cause
    })
    const event = eventOf(to('/orders/1'), { authenticate })
    assert.deepEqual([event.status, event.reason, event.stage], [503, 'key store', 'authenticate'])
    assert.equal(event.cause, cause)
  })

  test('of an upgrade says so', () => {
    events.length = 0
    void pipelineOf({}).decide(rawRequest(), 'upgrade')
    assert.equal(events[0]?.entrance, 'upgrade')
  })

  test('never holds the credential', () => {
    const secret = 's3cr3t-credential'
    eventOf(to('/orders/1', secret))
    assert.ok(!JSON.stringify(events).includes(secret))
  })
})
