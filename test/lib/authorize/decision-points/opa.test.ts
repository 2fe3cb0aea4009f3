import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import type { OpaOptions } from '../../../../lib/authorize/decision-points/opa/options.ts'
import { opaPolicy } from '../../../../lib/authorize/decision-points/opa.ts'
import { policyRoute } from '../../../../lib/authorize/policy-route.ts'
import { NOW } from '../../../support/access-token.ts'
import { testClock } from '../../../support/clock.ts'
import { principal } from '../../../support/outcomes.ts'
import { requestView } from '../../../support/request-view.ts'
import { serve } from '../../../support/serve.ts'

interface Call {
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server that answers every question the same. */
async function answering(answer: unknown, options: Partial<OpaOptions> = {}) {
  const calls: Call[] = []
  const port = await serve(async (request, response) => {
    calls.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: await text(request) })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  const policy = opaPolicy({ url: `http://127.0.0.1:${port}`, path: 'gateway/authz/decision', ...options })
  return { policy, calls }
}

const alice = principal({ roles: ['editor'], claims: { ssn: '1' } })

test('one call by POST to a URL that is always the same, with the input and who asks', async () => {
  const { policy, calls } = await answering({ result: true }, { token: 'sesame', headers: { 'X-From': 'gateway' } })
  const request = requestView({ authorization: 'Bearer caller' }, { segments: ['..', 'v1', 'x'] })
  assert.deepEqual(await policy.decide(alice, request), { allow: true })
  const [call] = calls
  assert.equal(call?.line, 'POST /v1/data/gateway/authz/decision')
  assert.equal(call?.headers.authorization, 'Bearer sesame')
  assert.equal(call?.headers['x-from'], 'gateway')
  assert.equal(call?.headers['content-type'], 'application/json')
  const { input } = JSON.parse(call?.body ?? '')
  assert.deepEqual([input.path, input.user_roles, input.principal.subject], ['/../v1/x', ['editor'], 'alice'])
  assert.doesNotMatch(call?.body ?? '', /caller|sesame|ssn/)
})

suite('an answer', () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['with true', { result: true }, 'allowed'],
    ['with a decision id', { result: true, decision_id: 'x' }, 'allowed'],
    ['with false', { result: false }, 'access_denied: denied by opa'],
    ['without a result', {}, 'access_denied: undefined by opa'],
    ['with a reason', { result: { allow: false, reason: 'no' } }, 'access_denied: denied by opa: no'],
    ['with the default of its prototype', [], 'DependencyError: opa: gave no answer of the Data API'],
    ['that is true', true, 'DependencyError: opa: gave no answer of the Data API'],
    ['with null', { result: null }, 'DependencyError: opa: gave no decision'],
  ]
  for (const [name, answer, outcome] of cases) {
    test(`${name}: ${outcome}`, async () => {
      const { policy } = await answering(answer)
      const told = await Promise.resolve(policy.decide(alice, requestView())).then(
        (decision) => (decision.allow ? 'allowed' : `${decision.error.code}: ${decision.error.reason}`),
        String,
      )
      assert.equal(told, outcome)
    })
  }
})

test('it knows the route that it is asked for', async () => {
  const { policy, calls } = await answering({ result: true })
  const route = policyRoute('GET /orders/:id', '/orders/:id', new Map([['id', 1]]))
  await policy.forRoute?.(route).decide(alice, requestView())
  await policy.decide(alice, requestView())
  const routes = calls.map(({ body }) => JSON.parse(body).input.request.route)
  assert.deepEqual(routes, [{ rule: 'GET /orders/:id', path: '/orders/:id', parameters: { id: '42' } }, undefined])
})

test('who asks the same at once is asked for once; who differs in anything is not', async () => {
  const { policy, calls } = await answering({ result: true })
  const ask = (who = alice, request = requestView()) => policy.decide(who, request)
  await Promise.all(Array.from({ length: 1_000 }, () => ask()))
  assert.equal(calls.length, 1)
  await Promise.all([
    ask(),
    ask(principal({ roles: ['admin'] })),
    ask(principal({ roles: ['editor'], tenantId: 'acme' })),
    ask(principal({ roles: ['editor'], expiresAt: 1 })),
    ask(alice, requestView({}, { method: 'PUT' })),
    ask(alice, requestView({}, { path: '/Orders/42' })),
    ask(alice, requestView({}, { segments: ['orders', '43'] })),
    ask(alice, requestView({}, { clientAddress: '192.0.2.8' })),
    ask(alice, requestView({}, { host: 'other.example.test' })),
    ask(alice, requestView({}, { scheme: 'http' })),
  ])
  assert.equal(calls.length, 11)
})

test('a remembered decision answers at once, for as long as it may', async () => {
  const clock = testClock(NOW)
  const { policy, calls } = await answering({ result: true }, { cache: { ttlSeconds: 5 }, now: clock.now })
  await policy.decide(alice, requestView())
  assert.deepEqual(policy.decide(alice, requestView({}, { id: 'another' })), { allow: true })
  clock.advance(5)
  await policy.decide(alice, requestView())
  assert.equal(calls.length, 2)
})
