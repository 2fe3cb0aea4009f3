import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import type { LimitRule } from '../../lib/limit/limit-rule.ts'
import type { LimitOptions } from '../../lib/limit/limiter.ts'
import { createPipeline, type Outcome } from '../../lib/pipeline.ts'
import type { RawRequest } from '../../lib/request-view.ts'
import { NOW } from '../support/access-token.ts'
import { decisionEvents } from '../support/decision-events.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { fragileRateLimits } from '../support/fragile-rate-limits.ts'
import { atOnce, principal } from '../support/outcomes.ts'
import { rawRequest, requestWith } from '../support/raw-request.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'

const windows = [{ quota: 2, windowSeconds: 60 }]
const CLIENT: LimitRule = { name: 'client', by: 'client', windows }
const NETWORK: LimitRule = { name: 'network', by: 'network', windows }
const ROUTES: readonly RouteRule[] = [
  { path: '/public/**', public: true },
  { path: '/orders/**', methods: ['GET'], scopes: ['read'] },
  { path: '/admin/**', roles: ['admin'] },
]
const alice = principal({ scopes: ['read'], clientId: 'web' })

function pipelineOf(limits: LimitOptions | undefined, options: Partial<BoundaryOptions> = {}) {
  const authenticate = headerAuthenticator('x-api-key', { good: alice })
  const pipeline = createPipeline({
    authenticate,
    routes: ROUTES,
    now: () => NOW,
    ...(limits && { limits }),
    ...options,
  })
  return { authenticate, pipeline, send: (raw: RawRequest) => atOnce(pipeline.decide(raw, 'http')) }
}
const to = (target: string, key = 'good'): RawRequest => ({
  ...(key === '' ? rawRequest() : requestWith(['X-API-Key', key])),
  target,
})
const codesOf = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => (outcome.allowed ? 'allowed' : outcome.error.code))

suite('the place of the limits', () => {
  test('by network they come before authentication, whatever is presented', () => {
    const { send, authenticate } = pipelineOf({ rules: [NETWORK] })
    const outcomes = ['bad', '', 'good', 'bad'].map((key) => send(to('/orders/1', key)))
    assert.deepEqual(codesOf(outcomes), ['invalid_token', 'unauthenticated', 'too_many_requests', 'too_many_requests'])
    assert.equal(authenticate.calls(), 2)
  })

  test('by principal they come after it: who is not known uses nothing up', () => {
    const { send } = pipelineOf({ rules: [CLIENT] })
    const outcomes = ['bad', '', 'bad', 'good', 'good', 'good'].map((key) => send(to('/orders/1', key)))
    assert.deepEqual(codesOf(outcomes).slice(3), ['allowed', 'allowed', 'too_many_requests'])
  })

  test('and before authorization: who may not use a route is limited all the same', () => {
    const { send } = pipelineOf({ rules: [CLIENT] })
    const outcomes = ['/admin', '/none', '/admin', '/none'].map((path) => send(to(path)))
    assert.deepEqual(codesOf(outcomes), ['access_denied', 'access_denied', 'too_many_requests', 'too_many_requests'])
  })

  test('a public route is limited by network alone', () => {
    const { send } = pipelineOf({ rules: [CLIENT, { ...CLIENT, name: 'route', by: 'route' }] })
    for (let index = 0; index < 10; index++) assert.equal(send(to('/public/x')).allowed, true)
    const limited = pipelineOf({ rules: [CLIENT, NETWORK] })
    const outcomes = [1, 2, 3].map(() => limited.send(to('/public/x', 'bad')))
    assert.deepEqual(codesOf(outcomes), ['allowed', 'allowed', 'too_many_requests'])
  })

  test('what is not admitted is not counted', () => {
    const { send } = pipelineOf({ rules: [NETWORK] })
    for (let index = 0; index < 10; index++) assert.deepEqual(codesOf([send(to('/a/../b'))]), ['invalid_request'])
    assert.equal(send(to('/public/x')).allowed, true)
  })
})

suite('what the answer tells', () => {
  const headersOf = (outcome: Outcome) => (outcome.allowed ? outcome.answerHeaders : outcome.answer.headers)
  test('what is left, on success; the wait besides, on refusal', () => {
    const { send } = pipelineOf({ rules: [CLIENT, { ...NETWORK, windows: [{ quota: 50, windowSeconds: 60 }] }] })
    assert.deepEqual(headersOf(send(to('/orders/1'))), {
      ratelimit: '"client";r=1;t=30',
      'ratelimit-policy': '"client";q=2;w=60',
    })
    send(to('/orders/1'))
    const headers = headersOf(send(to('/orders/1')))
    assert.equal(headers?.ratelimit, '"client";r=0;t=30')
    assert.equal(headers?.['ratelimit-policy'], '"client";q=2;w=60')
    assert.equal(headers?.['retry-after'], '30')
    assert.equal(headers?.['www-authenticate'], undefined)
  })

  test('what is told of the network comes first', () => {
    const { send } = pipelineOf({ rules: [CLIENT, { ...NETWORK, tell: true }] })
    assert.equal(headersOf(send(to('/orders/1')))?.ratelimit, '"network";r=1;t=30, "client";r=1;t=30')
    assert.equal(headersOf(send(to('/public/x')))?.ratelimit, '"network";r=0;t=60')
  })

  test('nothing, without limits', () => {
    const { send } = pipelineOf(undefined)
    assert.equal(headersOf(send(to('/orders/1'))), undefined)
  })
})

suite('a store elsewhere', () => {
  test('lets pass exactly what there is of 1,000 at once', async () => {
    const quota = [{ quota: 100, windowSeconds: 60 }]
    const store = fragileRateLimits(() => NOW)
    const { pipeline } = pipelineOf({ rules: [{ ...CLIENT, windows: quota }], store })
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => pipeline.decide(to('/orders/1'), 'http')))
    assert.equal(outcomes.filter(({ allowed }) => allowed).length, 100)
  })

  test('that is down is 503 with "refuse", and a limit of this process with "local"', async () => {
    const store = fragileRateLimits(() => NOW)
    store.setFault(() => Promise.reject(new Error('down')))
    const decided = async (onStoreFailure: 'local' | 'refuse') => {
      const { pipeline } = pipelineOf({ rules: [CLIENT], store, onStoreFailure, warn: () => undefined })
      const outcomes: Outcome[] = []
      for (let index = 0; index < 4; index++) outcomes.push(await pipeline.decide(to('/orders/1'), 'http'))
      return codesOf(outcomes)
    }
    assert.deepEqual(
      await decided('refuse'),
      Array.from({ length: 4 }, () => 'temporarily_unavailable'),
    )
    assert.deepEqual(await decided('local'), ['allowed', 'allowed', 'too_many_requests', 'too_many_requests'])
  })

  test('a table of tiers that throws is 503', () => {
    const tiers = {
      tierOf() {
        throw new Error('no table')
      },
    }
    const { send } = pipelineOf({ rules: [{ name: 'client', by: 'client', tiers }] })
    assert.deepEqual(codesOf([send(to('/orders/1'))]), ['temporarily_unavailable'])
  })
})

suite('events', () => {
  const events = decisionEvents()
  test('name the stage, the limit and the principal', () => {
    const { send } = pipelineOf({ rules: [CLIENT, { ...NETWORK, windows: [{ quota: 4, windowSeconds: 60 }] }] })
    events.length = 0
    for (let index = 0; index < 5; index++) send(to('/orders/1'))
    const told = events.map(({ stage, code, reason, principal: who }) => [stage, code, reason, who?.clientId])
    assert.deepEqual(told.slice(1), [
      ['propagate', undefined, undefined, 'web'],
      ['limit', 'too_many_requests', 'limit client', 'web'],
      ['limit', 'too_many_requests', 'limit client', 'web'],
      ['limit', 'too_many_requests', 'limit network', undefined],
    ])
  })
})

suite('refused at boot', () => {
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [true, 'object'],
    [{ rules: [{ ...CLIENT, routes: ['GET /none'] }] }, '"GET /none"', 'GET /orders/**'],
    [{ rules: [CLIENT], costs: { 'GET /orders/**': 3 } }, 'costs 3'],
    [{ rules: [{ ...CLIENT, by: 'key' }] }, '"by"', 'credential'],
  ]
  for (const [limits, ...words] of refused) {
    test(JSON.stringify(limits), () => assertRefusedOption(() => pipelineOf(untyped(limits)), 'limits', ...words))
  }
})
