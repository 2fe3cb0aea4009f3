import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { EvaluationsSemantic } from '../../../../lib/authorize/decision-points/authzen/answer.ts'
import type { AuthzenOptions } from '../../../../lib/authorize/decision-points/authzen/options.ts'
import { authzenPolicy } from '../../../../lib/authorize/decision-points/authzen.ts'
import type { PolicyRoute } from '../../../../lib/authorize/policy-route.ts'
import { policyRoute } from '../../../../lib/authorize/policy-route.ts'
import { NOW } from '../../../support/access-token.ts'
import { authzenPdp } from '../../../support/authzen-pdp.ts'
import { testClock } from '../../../support/clock.ts'
import { principal } from '../../../support/outcomes.ts'
import { untyped } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const ROUTE = policyRoute('GET /orders/:orderId', '/orders/:orderId', new Map([['orderId', 1]]))
const alice = principal({ issuer: 'https://login.example.test', roles: ['editor'], claims: { secret: 'hush' } })

/** What is decided: `allowed`, or the error's code. */
async function outcomeOf(
  options: AuthzenOptions,
  route: PolicyRoute | undefined = ROUTE,
  who = alice,
): Promise<string> {
  const policy = authzenPolicy(options)
  try {
    const decision = await ((route && policy.forRoute?.(route)) ?? policy).decide(who, requestView())
    return decision.allow ? 'allowed' : `${decision.error.code}: ${decision.error.reason}`
  } catch (error) {
    return String(error)
  }
}

suite('one evaluation', () => {
  test('follows the conventions of API gateways', async () => {
    const pdp = await authzenPdp(() => true)
    assert.equal(await outcomeOf({ url: pdp.url }), 'allowed')
    const [call] = pdp.calls
    assert.equal(call?.path, '/access/v1/evaluation')
    assert.deepEqual(JSON.parse(call?.body ?? ''), {
      subject: {
        type: 'identity',
        id: 'alice',
        properties: {
          ...{ kind: 'user', method: 'jwt', issuer: 'https://login.example.test', roles: ['editor'], scopes: [] },
          ip_address: '192.0.2.7',
        },
      },
      action: { name: 'GET' },
      resource: {
        type: 'route',
        id: '/orders/{orderId}',
        properties: {
          ...{ rule: 'GET /orders/:orderId', parameters: { orderId: '42' }, path: '/orders/42' },
          ...{ host: 'api.example.test', scheme: 'https' },
        },
      },
    })
    assert.deepEqual(pdp.violations, [])
  })

  test('is of the path, where no rule asks', async () => {
    const pdp = await authzenPdp(({ resource }) => resource.type === 'uri' && resource.id === '/orders/42')
    assert.equal((await authzenPolicy({ url: pdp.url }).decide(alice, requestView())).allow, true)
    assert.deepEqual(pdp.violations, [])
  })

  test('bears the id of the request, and the credentials of the gateway', async () => {
    const pdp = await authzenPdp(() => true, { token: 'abc' })
    assert.equal(await outcomeOf({ url: pdp.url, token: 'abc', headers: { 'X-Tenant': 'acme' } }), 'allowed')
    assert.equal(await outcomeOf({ url: pdp.url, token: async () => 'abc' }), 'allowed')
    const [headers] = pdp.calls.map((call) => call.headers)
    assert.deepEqual([headers?.['x-request-id'], headers?.['x-tenant']], ['request-1', 'acme'])
    assert.equal(await outcomeOf({ url: pdp.url, token: 'wrong' }), 'DependencyError: authzen: answered 401')
  })

  test('is told as the mappings say', async () => {
    const pdp = await authzenPdp(() => true)
    const options: AuthzenOptions = {
      url: pdp.url,
      subject: async ({ principal: { subject } }) => ({ type: 'user', id: `${subject}@example.test` }),
      action: () => ({ name: 'can_read', properties: { method: 'GET' } }),
      resource: ({ route, request }) => ({ type: 'order', id: route?.parametersOf(request).orderId ?? '' }),
      context: ({ request }) => ({ ip: request.clientAddress }),
    }
    assert.equal(await outcomeOf(options), 'allowed')
    assert.deepEqual(JSON.parse(pdp.calls[0]?.body ?? ''), {
      subject: { type: 'user', id: 'alice@example.test' },
      action: { name: 'can_read', properties: { method: 'GET' } },
      resource: { type: 'order', id: '42' },
      context: { ip: '192.0.2.7' },
    })
  })

  test('that is denied says why to logs, and to the caller only if told to', async () => {
    const context = { reason_admin: { en: 'policy C076' }, reason_user: { en: 'Ask your manager' } }
    const pdp = await authzenPdp(() => ({ decision: false, context }))
    for (const [tellUserReason, detail] of [[false, undefined] as const, [true, 'Ask your manager'] as const]) {
      const decision = await authzenPolicy({ url: pdp.url, tellUserReason }).decide(alice, requestView())
      assert.ok(!decision.allow)
      const { code, reason, detail: told } = decision.error
      assert.deepEqual([code, reason, told], ['access_denied', 'denied by authzen: policy C076', detail])
    }
  })

  test('has a name', async () => {
    const pdp = await authzenPdp(() => false)
    assert.equal(authzenPolicy({ url: pdp.url, name: 'orders' }).name, 'orders')
    assert.equal(await outcomeOf({ url: pdp.url, name: 'orders' }), 'access_denied: denied by orders')
  })
})

suite('several evaluations', () => {
  const cases: readonly (readonly [EvaluationsSemantic | undefined, readonly boolean[], string, number])[] = [
    [undefined, [true, true, true], 'allowed', 3],
    [undefined, [true, false, true], 'access_denied: denied by authzen', 3],
    ['execute_all', [false, true, true], 'access_denied: denied by authzen', 3],
    ['deny_on_first_deny', [true, true, true], 'allowed', 3],
    ['deny_on_first_deny', [true, false, true], 'access_denied: denied by authzen', 2],
    ['permit_on_first_permit', [false, true, false], 'allowed', 2],
    ['permit_on_first_permit', [false, false, false], 'access_denied: denied by authzen', 3],
  ]
  for (const [semantic, decisions, outcome, evaluated] of cases) {
    test(`${semantic ?? 'by default'}: ${decisions.join(', ')}`, async () => {
      const left = [...decisions]
      const pdp = await authzenPdp(() => left.shift() ?? assert.fail('asked too much'))
      const evaluations = () => ['a', 'b', 'c'].map((id) => ({ resource: { type: 'document', id } }))
      assert.equal(await outcomeOf({ url: pdp.url, evaluations, ...(semantic && { semantic }) }), outcome)
      assert.equal(decisions.length - left.length, evaluated)
      const body = JSON.parse(pdp.calls[0]?.body ?? '')
      assert.deepEqual(body.options, { evaluations_semantic: semantic ?? 'execute_all' })
      assert.equal(pdp.calls[0]?.path, '/access/v1/evaluations')
      assert.deepEqual(pdp.violations, [])
    })
  }

  test('are not asked of a decision point that has no such endpoint', async () => {
    const pdp = await authzenPdp(() => true)
    pdp.setMetadata({ access_evaluations_endpoint: undefined })
    const outcome = await outcomeOf({ url: pdp.url, evaluations: () => [{}] })
    assert.equal(outcome, 'DependencyError: authzen: takes no several evaluations at once')
    assert.deepEqual(pdp.calls, [])
  })
})

suite('a mapping that yields what could not be read asks nothing', () => {
  const mappings: Readonly<Record<string, Partial<AuthzenOptions>>> = {
    'a subject without an id': { subject: () => untyped({ type: 'user', id: undefined }) },
    'a subject whose id is empty': { subject: () => ({ type: 'user', id: '' }) },
    'a subject whose id is a number': { subject: () => untyped({ type: 'user', id: 7 }) },
    'no subject': { subject: () => untyped(undefined) },
    'an action without a name': { action: () => untyped({}) },
    'a resource that is a text': { resource: () => untyped('orders') },
    'properties that are a list': { resource: () => untyped({ type: 'a', id: 'b', properties: [] }) },
    'a context that is a list': { context: () => untyped([]) },
    'a context that is null': { context: () => untyped(null) },
    'no evaluations': { evaluations: () => [] },
    'evaluations that are no list': { evaluations: () => untyped({}) },
    'an evaluation that is none': { evaluations: () => untyped([null]) },
    'an evaluation of another resource that is none': { evaluations: () => untyped([{ resource: undefined }]) },
    'an evaluation with more in it': { evaluations: () => untyped([{ resources: [] }]) },
    'what throws': {
      context: () => {
        throw new Error('no database')
      },
    },
    'what rejects': { context: () => Promise.reject(new Error('no database')) },
  }
  for (const [name, options] of Object.entries(mappings)) {
    test(name, async () => {
      const pdp = await authzenPdp(() => true)
      assert.match(await outcomeOf({ url: pdp.url, ...options }), /the mapping|no database/)
      assert.deepEqual(pdp.calls, [])
    })
  }
})

test('no more questions are under way than are allowed', async () => {
  const pdp = await authzenPdp(() => true)
  const { promise, resolve } = Promise.withResolvers<void>()
  pdp.setFault(async (_request, response) => {
    await promise
    response.setHeader('content-type', 'application/json')
    response.end('{"decision":true}')
  })
  const policy = authzenPolicy({ url: pdp.url, maxInFlight: 1, deadlineMs: 30_000 })
  const first = policy.decide(alice, requestView())
  await assert.rejects(Promise.resolve(policy.decide(alice, requestView())), /is asked too much at once/)
  resolve()
  assert.equal((await first).allow, true)
  assert.equal((await policy.decide(alice, requestView())).allow, true)
})

test('an endpoint that has moved is looked up again', async () => {
  let evaluationPath = '/access/v1/evaluation'
  const pdp = await authzenPdp(() => true, { evaluationPath: () => evaluationPath })
  const policy = authzenPolicy({ url: pdp.url, now: testClock(NOW).now })
  assert.equal((await policy.decide(alice, requestView())).allow, true)
  evaluationPath = '/v2/evaluation'
  await assert.rejects(Promise.resolve(policy.decide(alice, requestView())), /answered 404/)
  assert.equal((await policy.decide(alice, requestView())).allow, true)
  assert.equal(pdp.metadataFetches(), 2)
})
