import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { suite, test } from 'node:test'
import type { AuthzenOptions } from '../../lib/authorize/decision-points/authzen/options.ts'
import { authzenPolicy } from '../../lib/authorize/decision-points/authzen.ts'
import { NOW } from '../support/access-token.ts'
import { authzenPdp } from '../support/authzen-pdp.ts'
import { testClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { answerWith, httpFaults } from '../support/http-faults.ts'
import { policyGateway } from '../support/policy-gateway.ts'
import { serve } from '../support/serve.ts'
import { silentServer } from '../support/silent-server.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const GOOD = '{"decision":true}'
let elsewhere = 0
const otherPort = await serve((_request, response) => {
  elsewhere++
  response.writeHead(200, JSON_TYPE).end(GOOD)
})
const OTHER = `http://127.0.0.1:${otherPort}/`
const json = (answer: unknown) => answerWith(JSON.stringify(answer), JSON_TYPE)

/** A gateway whose only rule asks a decision point that allows everything, until a test makes it fail. */
async function askingGateway(options: Partial<AuthzenOptions> = {}) {
  const pdp = await authzenPdp(() => true)
  const clock = testClock(NOW)
  const policy = authzenPolicy({ url: pdp.url, deadlineMs: 1_500, now: clock.now, token: 'sesame', ...options })
  const gateway = await policyGateway([{ path: '/orders/:id', policy }])
  return { ...gateway, pdp, clock, ask: () => gateway.statusFor('alice', '/orders/7') }
}

/** What a decision point may answer that is no decision. */
const NO_DECISIONS: Readonly<Record<string, RequestListener>> = {
  'true as text': json({ decision: 'true' }),
  'true as a number': json({ decision: 1 }),
  'true in a list': json({ decision: [true] }),
  'true by another name': json({ allow: true, result: true, Decision: true }),
  'true beneath': json({ response: { decision: true } }),
  'true as its prototype': answerWith('{"__proto__":{"decision":true}}', JSON_TYPE),
  'decision null': json({ decision: null }),
  'a permit of XACML': json({ decision: 'Permit' }),
  'the result of OPA': json({ result: true }),
  'evaluations, where one was asked': json({ evaluations: [{ decision: true }] }),
  'a context that is none': json({ decision: true, context: 'because' }),
  'the good answer, as plain text': answerWith(GOOD, { 'content-type': 'text/plain' }),
  'the good answer, as another JSON': answerWith(GOOD, { 'content-type': 'application/problem+json' }),
  'the answer to another request': answerWith(GOOD, { ...JSON_TYPE, 'x-request-id': 'other' }),
  'the answer to two requests': (request, response) => {
    const id = String(request.headers['x-request-id'])
    response.removeHeader('x-request-id')
    response.writeHead(200, ['content-type', 'application/json', 'x-request-id', id, 'x-request-id', 'other']).end(GOOD)
  },
}

const LIMIT = { timeout: 60_000 }
const FAULTS = { ...httpFaults(GOOD, OTHER), ...NO_DECISIONS }

suite('a decision point that answers with', { concurrency: 4 }, () => {
  for (const [name, fault] of Object.entries(FAULTS)) {
    test(`${name}: 503, never access, never "denied"; well again without a restart`, LIMIT, async () => {
      const { pdp, ask, reached, clock } = await askingGateway()
      pdp.setFault(fault)
      assert.equal(await ask(), 503)
      assert.equal(reached(), 0)
      pdp.setFault(undefined)
      clock.advance(1)
      assert.equal(await ask(), 200)
      assert.equal(reached(), 1)
    })
  }

  test('an answer without an id: it is believed', async () => {
    const { pdp, ask } = await askingGateway()
    pdp.setFault((_request, response) => {
      response.removeHeader('x-request-id')
      response.writeHead(200, JSON_TYPE).end(GOOD)
    })
    assert.equal(await ask(), 200)
  })
})

test('no redirect was followed, with our credentials or without', () => assert.equal(elsewhere, 0))

suite('metadata that is', { concurrency: 4 }, () => {
  const faults = httpFaults('{"policy_decision_point":"a"}', OTHER)
  for (const [name, fault] of Object.entries(faults)) {
    test(`${name}: 503, and nobody is asked; well again without a restart`, LIMIT, async () => {
      const { pdp, ask, reached, clock } = await askingGateway()
      pdp.setMetadataFault(fault)
      assert.equal(await ask(), 503)
      assert.deepEqual([reached(), pdp.calls.length], [0, 0])
      pdp.setMetadataFault(undefined)
      // A look-up that is given up may be waited for by the next who asks.
      await eventually(async () => {
        clock.advance(1)
        assert.equal(await ask(), 200)
      })
    })
  }

  const wrong: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'of another decision point': { policy_decision_point: 'https://evil.example.test' },
    'of nobody': { policy_decision_point: undefined },
    'without an endpoint': { access_evaluation_endpoint: undefined },
    'an endpoint in plain HTTP elsewhere': {
      access_evaluation_endpoint: 'http://pdp.example.test/access/v1/evaluation',
    },
    'an endpoint that is a list': { access_evaluation_endpoint: [OTHER] },
  }
  for (const [name, changes] of Object.entries(wrong)) {
    test(`${name}: 503, and nobody is asked`, LIMIT, async () => {
      const { pdp, ask, reached, clock } = await askingGateway()
      pdp.setMetadata(changes)
      assert.equal(await ask(), 503)
      assert.deepEqual([reached(), pdp.calls.length], [0, 0])
      pdp.setMetadata({})
      clock.advance(1)
      assert.equal(await ask(), 200)
    })
  }
})

suite('a decision point that', () => {
  test('is down: 503; well again without a restart', async () => {
    const { statusFor } = await policyGateway([
      { path: '/down', policy: authzenPolicy({ url: 'http://127.0.0.1:9' }) },
      { path: '/silent', policy: authzenPolicy({ url: `http://127.0.0.1:${await silentServer()}`, deadlineMs: 50 }) },
    ])
    assert.deepEqual([await statusFor('alice', '/down'), await statusFor('alice', '/silent')], [503, 503])
  })

  test('flaps lets in whom it answers for, one request after the other', async () => {
    const { pdp, ask, reached } = await askingGateway()
    for (let round = 0; round < 10; round++) {
      pdp.setFault(round % 2 === 0 ? answerWith('', {}, 500) : undefined)
      assert.equal(await ask(), round % 2 === 0 ? 503 : 200)
    }
    assert.equal(reached(), 5)
  })

  test('hangs is asked by so many at once, and no more', LIMIT, async () => {
    const { pdp, ask } = await askingGateway({ maxInFlight: 2 })
    assert.equal(await ask(), 200)
    pdp.setFault(() => undefined)
    const statuses = await Promise.all(Array.from({ length: 10 }, ask))
    assert.ok(statuses.every((status) => status === 503))
    assert.equal(pdp.calls.length, 3)
    pdp.setFault(undefined)
    assert.equal(await ask(), 200)
  })

  test('asks to be left alone for a while: callers are told', async () => {
    const { pdp, send } = await askingGateway()
    pdp.setFault(answerWith('', { 'retry-after': '7' }, 429))
    assert.equal((await send('alice', '/orders/7')).headers['retry-after'], '7')
  })
})

suite('several evaluations', { concurrency: 4 }, () => {
  const evaluations = () => ['a', 'b'].map((id) => ({ resource: { type: 'document', id } }))
  const yes = { decision: true }
  const faults: Readonly<Record<string, unknown>> = {
    'one answer to two questions': { evaluations: [yes] },
    'three answers to two questions': { evaluations: [yes, yes, yes] },
    'no answers': { evaluations: [] },
    'a decision for all': yes,
    'an answer that is none': { evaluations: [yes, {}] },
    'an answer that is text': { evaluations: [yes, { decision: 'true' }] },
    'answers by number': { evaluations: { 0: yes, 1: yes, length: 2 } },
  }
  for (const [name, answer] of Object.entries(faults)) {
    test(`${name}: 503`, async () => {
      const { pdp, ask, reached } = await askingGateway({ evaluations })
      pdp.setFault(json(answer))
      assert.equal(await ask(), 503)
      assert.equal(reached(), 0)
      pdp.setFault(undefined)
      assert.equal(await ask(), 200)
    })
  }
})
