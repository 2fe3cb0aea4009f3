import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { authzenPolicy } from '../../lib/authorize/decision-points/authzen.ts'
import type { ShadowOptions } from '../../lib/authorize/decision-points/shadow/options.ts'
import { type ShadowEvent, shadowDecisions } from '../../lib/authorize/decision-points/shadow/shadow-event.ts'
import { shadowPolicy } from '../../lib/authorize/decision-points/shadow.ts'
import { ALLOW, type Decision, deny, type Policy } from '../../lib/authorize/policy.ts'
import { routesFromFile } from '../../lib/authorize/routes-from-file.ts'
import type { Awaitable } from '../../lib/effects.ts'
import { AuthError } from '../../lib/errors.ts'
import { boundary } from '../../middleware/boundary.ts'
import { eventually } from '../support/eventually.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { principal } from '../support/outcomes.ts'
import { policyGateway } from '../support/policy-gateway.ts'
import { publishedOn } from '../support/published-events.ts'
import { untyped } from '../support/refused-option.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'
import { silentServer } from '../support/silent-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const events = publishedOn<ShadowEvent>(shadowDecisions)
const policy = (name: string, decide: Policy['decide']): Policy => ({ name, decide })
const onlyAlice = policy('old', ({ subject }) => (subject === 'alice' ? ALLOW : deny('not alice')))

async function shadowedGateway(shadow: Policy, options: Partial<ShadowOptions> = {}) {
  const shadowed = shadowPolicy({ enforced: onlyAlice, shadow, ...options })
  const gateway = await policyGateway([{ path: '/orders/:id', methods: ['GET'], policy: shadowed }])
  return { ...gateway, counts: shadowed.counts }
}

/** Errors that nobody handles end the process: there may be none. */
const unheard: unknown[] = []
const hear = (reason: unknown) => void unheard.push(reason)
process.on('unhandledRejection', hear)
after(() => {
  process.removeListener('unhandledRejection', hear)
  assert.deepEqual(unheard, [])
})

const throwing = (thrown: unknown) => (): never => {
  throw thrown
}
const redirecting = new AuthError('insufficient_scope', {
  reason: 'x',
  detail: 'SHADOW',
  scope: 'SHADOW',
  answerHeaders: { 'x-shadow': 'SHADOW' },
  challengeParameters: { realm: 'SHADOW' },
  retryAfterSeconds: 99,
})

/** What a shadow may do. None of it is for anybody but those who listen. */
const SHADOWS: Readonly<Record<string, (principal: unknown, request: unknown) => unknown>> = {
  'lets everybody in': () => ALLOW,
  'lets everybody in, later': async () => ALLOW,
  'lets everybody in, with headers': () => ({ allow: true, headers: { 'x-user-id': 'SHADOW', 'x-shadow': 'SHADOW' } }),
  'keeps everybody out': () => deny('SHADOW'),
  'keeps everybody out, with a challenge': () => ({ allow: false, error: redirecting }),
  'throws an error': throwing(new Error('SHADOW')),
  'throws undefined': throwing(undefined),
  'throws a refusal': throwing(redirecting),
  rejects: () => Promise.reject(new Error('SHADOW')),
  'never settles': () => new Promise(() => undefined),
  'answers with nothing': () => undefined,
  'answers with a trap': () => ({
    get allow() {
      throw new Error('SHADOW')
    },
  }),
  'would make itself somebody else': (who) => {
    Object.assign(Object(who), { subject: 'alice', roles: ['admin'] })
    return ALLOW
  },
}

suite('whom the enforced policy lets in, and keeps out, is the same beside a shadow that', () => {
  for (const [name, decide] of Object.entries(SHADOWS)) {
    test(name, async () => {
      const shadow = policy('new', (who, request) => untyped<Awaitable<Decision>>(decide(who, request)))
      const { send, reached } = await shadowedGateway(shadow)
      const [allowed, denied] = [await send('alice', '/orders/7'), await send('bob', '/orders/7')]
      assert.deepEqual([allowed.status, denied.status, reached()], [200, 403, 1])
      for (const { body, headers } of [allowed, denied]) {
        assert.ok(!`${body}${JSON.stringify(headers)}`.toUpperCase().includes('SHADOW'))
      }
    })
  }
})

test('no request waits for a shadow that is down, silent or slow', { timeout: 60_000 }, async () => {
  const silent = authzenPolicy({ url: `http://127.0.0.1:${await silentServer()}`, deadlineMs: 50_000 })
  const { statusFor, counts, reached } = await shadowedGateway(silent, { maxInFlight: 3, deadlineMs: 50_000 })
  for (let count = 0; count < 20; count++) assert.equal(await statusFor('alice', '/orders/7'), 200)
  assert.equal(reached(), 20)
  assert.deepEqual(counts(), { agreed: 0, differed: 0, failed: 0, skipped: 17 })
})

test('a shadow that works without a pause begins when the request has gone on', async () => {
  const seen: number[] = []
  const gateway = await shadowedGateway(
    policy('new', () => {
      seen.push(gateway.reached())
      const end = performance.now() + 50
      while (performance.now() < end);
      return ALLOW
    }),
  )
  assert.equal(await gateway.statusFor('alice', '/orders/7'), 200)
  await eventually(() => assert.deepEqual(seen, [1]))
})

test('what is told holds no credential, no claim and no header', async () => {
  events.length = 0
  const { statusFor } = await shadowedGateway(policy('new', () => deny('no')))
  await statusFor('alice', '/orders/7?token=hush')
  await eventually(() => assert.equal(events.length, 1))
  const { requestId, ...event } = events[0] ?? assert.fail()
  assert.match(requestId, /^[\da-f-]{36}$/)
  assert.deepEqual(event, {
    result: 'differed',
    enforced: { policy: 'old', outcome: 'allowed', status: undefined, code: undefined, reason: undefined },
    shadow: { policy: 'new', outcome: 'denied', status: 403, code: 'access_denied', reason: 'no' },
    ...{ rule: 'GET /orders/:id', method: 'GET' },
    principal: { kind: 'user', subject: 'alice', method: 'jwt', tenantId: 'acme' },
    counts: { agreed: 0, differed: 1, failed: 0, skipped: 0 },
  })
})

test('a policy that a routes file names may have a shadow', async () => {
  events.length = 0
  const file = join(temporaryFolder(), 'routes.yaml')
  writeFileSync(file, 'routes:\n  - path: /orders/:id\n    policy: orders\n')
  const shadow = policy('new', ({ subject }) => (subject === 'bob' ? ALLOW : deny('not bob')))
  const policies = { orders: shadowPolicy({ enforced: onlyAlice, shadow }) }
  const routes = routesFromFile(file, { policies })
  const people = { alice: principal({ subject: 'alice' }), bob: principal({ subject: 'bob' }) }
  const gate = boundary({ authenticate: headerAuthenticator('x-api-key', people), routes })
  const port = await serve((request, response) => gate(request, response, () => response.end('in')))
  const statusFor = async (who: string) =>
    (await sendRequest(port, { path: '/orders/7', headers: [['X-API-Key', who]] })).status
  assert.deepEqual([await statusFor('alice'), await statusFor('bob')], [200, 403])
  await eventually(() => assert.equal(events.length, 2))
  assert.deepEqual(
    events.map(({ rule, enforced, shadow: other }) => [rule, enforced.outcome, other.outcome]),
    [
      ['* /orders/:id', 'allowed', 'denied'],
      ['* /orders/:id', 'denied', 'allowed'],
    ],
  )
})
