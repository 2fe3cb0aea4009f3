import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { deny } from '../../../lib/authorize/policy.ts'
import { DependencyError } from '../../../lib/errors.ts'
import { createExplain } from '../../../lib/explain/explain.ts'
import { createPipeline } from '../../../lib/pipeline.ts'
import { explanationOf } from '../../support/explanations.ts'
import { answeringAuthenticator, headerAuthenticator } from '../../support/fake-authenticator.ts'
import { principal } from '../../support/outcomes.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { untyped } from '../../support/refused-option.ts'

const routes = [
  { path: '/health', public: true },
  { path: '/orders/**', scopes: ['read'] },
  { path: '/orders/:id', methods: ['DELETE'], roles: ['admin'] },
  { path: '/admin/**', roles: ['admin'] },
] as const

suite('a request that passes', () => {
  test('each stage is told', async () => {
    const { outcome, request, stages, upstreamPath, answer } = await explanationOf(
      { url: '/Orders/%37?page=2&q=a', headers: { 'X-API-Key': 'good', 'X-User-ID': 'admin', Accept: 'text/html' } },
      { routes },
    )
    assert.deepEqual([outcome, upstreamPath, answer], ['allowed', '/Orders/7', undefined])
    assert.deepEqual(request, {
      ...{ method: 'GET', path: '/Orders/%37', query: ['page', 'q'] },
      ...{ host: 'localhost', clientAddress: '192.0.2.7' },
    })
    assert.deepEqual(stages.strip.removed, [
      { name: 'x-api-key', why: 'credential' },
      { name: 'x-user-id', why: 'not for clients' },
    ])
    const { verdict, why, rule, others, near } = stages.match
    assert.deepEqual([verdict, why, rule?.id, others], ['matched', 'the only rule that names it', '* /orders/**', []])
    assert.deepEqual(near, [{ rule: 'DELETE /orders/:id', differs: 'it is for DELETE' }])
    assert.equal(stages.authenticate.principal?.subject, 'alice')
    assert.ok(!('claims' in (stages.authenticate.principal ?? {})))
    assert.deepEqual(
      stages.authorize.requirements.map(({ asks, verdict: met }) => [asks, met]),
      [
        ['authenticated', 'met'],
        ['scopes read', 'met'],
      ],
    )
    const headers = stages.propagate.headers.map(({ name, value, from }) => `${from} ${name}: ${value}`)
    assert.ok(headers.includes('gateway x-user-id: alice'))
    assert.ok(headers.includes('client accept: text/html'))
  })

  test('a header that a policy sets goes upstream, and its value is not shown', async () => {
    const setsHeaders = ['X-Policy-Area']
    const policy = { name: 'opa', setsHeaders, decide: () => ({ allow: true, headers: { 'X-Policy-Area': 'minted' } }) }
    const { stages } = await explanationOf({}, { routes: [{ path: '/**', policy: untyped(policy) }] })
    const header = stages.propagate.headers.find(({ name }) => name === 'x-policy-area')
    assert.deepEqual(header, { name: 'x-policy-area', value: undefined, from: 'gateway' })
  })

  test('a public route asks nobody', async () => {
    const { stages } = await explanationOf({ url: '/health' }, { routes })
    const { authenticate, limitByPrincipal, authorize, propagate } = stages
    assert.deepEqual(
      [authenticate, limitByPrincipal, authorize, propagate].map(({ verdict }) => verdict),
      ['left out', 'left out', 'left out', 'passed'],
    )
    assert.deepEqual(authorize.requirements, [])
  })

  test('without a table, that is told', async () => {
    const { stages } = await explanationOf()
    assert.equal(stages.match.verdict, 'no table')
    assert.equal(stages.authorize.verdict, 'passed')
  })
})

suite('a request that is denied', () => {
  test('by a rule: which requirement, and what the client is told', async () => {
    const { outcome, stages, answer, upstreamPath } = await explanationOf({ url: '/admin/users' }, { routes })
    assert.deepEqual([outcome, upstreamPath, stages.authorize.reason], ['denied', undefined, 'role'])
    assert.deepEqual([answer?.status, answer?.code, answer?.problem?.title], [403, 'access_denied', 'Access is denied'])
    assert.ok(!('requestId' in (answer?.problem ?? {})) && !('x-request-id' in (answer?.headers ?? {})))
    assert.equal(stages.propagate.verdict, 'not reached')
  })

  test('because no rule names it: which nearly do', async () => {
    const { stages } = await explanationOf({ url: '/order/7' }, { routes })
    assert.equal(stages.match.verdict, 'none')
    assert.match(stages.match.why, /denied, whoever asks/)
    assert.deepEqual(
      stages.match.near.map(({ rule }) => rule),
      ['* /orders/**', 'DELETE /orders/:id'],
    )
    assert.equal(stages.authorize.reason, 'no rule names the route')
  })

  test('because nobody is known: what of the rule was not asked', async () => {
    const { stages, answer } = await explanationOf({ headers: {} }, { routes })
    assert.deepEqual([answer?.status, stages.authenticate.reason], [401, 'no credential'])
    assert.match(answer?.headers['www-authenticate'] ?? '', /^Fake/)
    assert.ok(stages.authorize.requirements.every(({ verdict }) => verdict === 'not asked'))
  })

  test('because it is malformed: no later stage is reached', async () => {
    const { stages, request } = await explanationOf({ url: '/a/../b' }, { routes })
    assert.deepEqual([stages.admit.verdict, stages.admit.reason], ['refused', 'target'])
    assert.equal(stages.match.verdict, 'not reached')
    assert.deepEqual([request.host, request.path], [undefined, '/a/../b'])
  })

  test('by a policy: what it says', async () => {
    const policy = { name: 'opa', decide: async () => deny('closed on sundays') }
    const { stages } = await explanationOf({}, { routes: [{ path: '/**', policy }] })
    assert.equal(stages.authorize.requirements[1]?.reason, 'closed on sundays')
  })

  test('because a dependency fails: which, by its own words; what else is thrown is not shown', async () => {
    const failing = (error: Error) => ({ authenticate: answeringAuthenticator(() => Promise.reject(error)) })
    const down = await explanationOf({}, failing(new DependencyError('key store', 'is down')))
    assert.deepEqual([down.answer?.status, down.stages.authenticate.cause], [503, 'key store: is down'])
    const thrown = await explanationOf({}, failing(new Error('at line 7 of token abc')))
    assert.equal(thrown.stages.authenticate.cause, 'something else was thrown')
  })
})

suite('limits', () => {
  const limits = {
    rules: [
      { name: 'network', by: 'network', windows: [{ quota: 5, windowSeconds: 60 }] },
      { name: 'user', by: 'user', windows: [{ quota: 1, windowSeconds: 60 }] },
    ],
  } as const

  test('what is left is told, and stays there', async () => {
    const pipeline = createPipeline({ authenticate: headerAuthenticator('x-api-key', { good: principal() }), limits })
    const raw = rawRequest({
      headers: [
        ['Host', 'x'],
        ['X-API-Key', 'good'],
      ],
    })
    for (let count = 0; count < 3; count++) {
      const { outcome, stages } = await pipeline.explain(raw)
      assert.equal(outcome, 'allowed')
      assert.deepEqual(
        [...stages.limitByNetwork.windows, ...stages.limitByPrincipal.windows].map((window) => [
          window.limit,
          window.remaining,
        ]),
        [
          ['network', 5],
          ['user', 1],
        ],
      )
    }
    assert.equal((await pipeline.decide(raw, 'http')).allowed, true)
    const { stages, answer } = await pipeline.explain(raw)
    assert.deepEqual([answer?.status, stages.limitByPrincipal.reason], [429, 'limit user'])
    const [window] = stages.limitByPrincipal.windows
    assert.ok(window && window.remaining === 0 && window.waitSeconds > 0)
    assert.match(answer?.headers.ratelimit ?? '', /^"user";r=0/)
  })
})

suite('what is answered at the gateway', () => {
  test('a preflight: it goes no further', async () => {
    const cors = { origins: ['https://app.example.com'] }
    const preflight = { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' }
    const { outcome, stages, answer } = await explanationOf({ method: 'OPTIONS', headers: preflight }, { cors, routes })
    assert.deepEqual([outcome, answer?.status, answer?.problem], ['answered', 204, undefined])
    assert.deepEqual([stages.admit.verdict, stages.authenticate.verdict], ['passed', 'left out'])
    const stranger = { ...preflight, origin: 'https://evil.example' }
    const refused = await explanationOf({ method: 'OPTIONS', headers: stranger }, { cors, routes })
    assert.deepEqual(
      [refused.outcome, refused.answer?.status, refused.answer?.code],
      ['answered', 403, 'access_denied'],
    )
  })

  test('an upgrade is explained as one', async () => {
    const pipeline = createPipeline({ authenticate: headerAuthenticator('x-api-key', { good: principal() }) })
    const { stages } = await pipeline.explain({ url: '/ws', headers: { 'x-api-key': 'good' } }, 'upgrade')
    assert.equal(stages.admit.verdict, 'refused')
  })
})

test('a request that could not be sent is an error', async () => {
  await assert.rejects(explanationOf({ url: untyped(7) }), TypeError)
  assert.equal(typeof createExplain, 'function')
})
