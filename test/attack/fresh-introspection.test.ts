import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import { shadowPolicy } from '../../lib/authorize/decision-points/shadow.ts'
import { ALLOW } from '../../lib/authorize/policy.ts'
import { requirementPolicy } from '../../lib/authorize/requirements.ts'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'
import { boundary } from '../../middleware/boundary.ts'
import { boundaryStages } from '../../middleware/stages.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { hostileIntrospection } from '../support/hostile-introspection.ts'
import { activeAnswer } from '../support/introspection-answer.ts'
import { principal } from '../support/outcomes.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const OTHER = 'https://other.example.test'
const ours = createSigningKey('ES256', 'ours')
const theirs = createSigningKey('ES256', 'theirs')
const JWT = ours.sign(accessTokenClaims())
const OTHER_JWT = theirs.sign(accessTokenClaims({ iss: OTHER }))
const KEY = principal({ kind: 'client', subject: 'partner', method: 'api-key', roles: ['partner'] })

const fresh = requirementPolicy({ not: { tenants: ['evil'] }, anyOf: [{ freshIntrospection: true }] })
const shadowed = shadowPolicy({ enforced: fresh, shadow: { name: 'shadow', decide: () => ALLOW } })

const ROUTES: readonly RouteRule[] = [
  { path: '/orders/**', authenticated: true },
  { path: '/payments/**', freshIntrospection: true },
  { path: '/mixed/**', anyOf: [{ freshIntrospection: true }, { authenticators: ['api-key'], roles: ['partner'] }] },
  { path: '/within/**', policy: fresh },
  { path: '/shadowed/**', anyOf: [{ policy: requirementPolicy({ policy: shadowed }) }] },
  { path: '/both/**', allOf: [{ freshIntrospection: true }, { not: { tenants: ['evil'] } }] },
]

async function gateway(entrance: 'boundary' | 'stages' = 'boundary') {
  const server = await hostileIntrospection()
  const issuer = (name: string, { jwk }: typeof ours) =>
    ({ issuer: name, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [jwk] } }) as const
  const tokens = accessTokenAuthenticator({
    issuers: [issuer(ISSUER, ours), issuer(OTHER, theirs)],
    introspection: {
      ...{ endpoint: server.endpoint, issuer: ISSUER, audience: AUDIENCE },
      client: { method: 'basic', clientId: 'gateway', clientSecret: 'hush-hush' },
    },
    now: testClock(NOW).now,
  })
  const keys = { ...headerAuthenticator('x-api-key', { key: KEY }), method: 'api-key' }
  const options = { authenticate: anyOf(keys, tokens), routes: ROUTES }
  const { admit, authenticate, authorize, propagate } = boundaryStages(options)
  const chain = entrance === 'boundary' ? [boundary(options)] : [admit, authenticate, authorize, propagate]
  let reached = 0
  const port = await serve((request, response) => {
    const step = (index: number): void => {
      const next = chain[index]
      if (next) next(request, response, () => step(index + 1))
      else response.end(String(++reached))
    }
    step(0)
  })
  for (const token of ['opaque', JWT]) server.answer(token, activeAnswer({ tenant_id: 'good' }))
  const status = async (target: string, header: string) =>
    statusOf(await sendRequestLines(port, { target, headers: [header] }))
  return {
    ...{ server, reached: () => reached },
    answered: (target: string, token: string) => status(target, `Authorization: Bearer ${token}`),
    byKey: (target: string) => status(target, 'X-API-Key: key'),
  }
}

const SPELLINGS = [
  '/payments/7',
  '/payments',
  '/PAYMENTS/7/',
  '/%70ayments/7',
  '/payments/7?x=/orders',
  '/both/7',
  '/mixed/7',
  '/within/7',
  '/shadowed/7',
]

suite('a route that asks for a fresh answer', () => {
  for (const entrance of ['boundary', 'stages'] as const) {
    for (const target of SPELLINGS) {
      test(`${target}, ${entrance}: a revoked token is refused at once, remembered or not, opaque or a JWT`, async () => {
        for (const token of ['opaque', JWT]) {
          const { server, answered, reached } = await gateway(entrance)
          assert.equal(await answered('/orders', token), 200)
          const before = server.forms().length
          assert.deepEqual([await answered(target, token), await answered(target, token)], [200, 200])
          assert.equal(server.forms().length, before + 2, 'each request asks')
          server.answer(token, { active: false })
          assert.deepEqual([await answered(target, token), await answered('/orders', token)], [401, 200])
          assert.equal(reached(), 4)
        }
      })
    }
  }

  test('denies who presents what no server is asked about', async () => {
    const { server, answered, byKey, reached } = await gateway()
    assert.deepEqual([await answered('/orders', OTHER_JWT), await byKey('/orders')], [200, 200])
    for (const target of ['/payments/7', '/both/7', '/within/7', '/shadowed/7']) {
      assert.deepEqual([await answered(target, OTHER_JWT), await byKey(target)], [403, 403])
    }
    assert.deepEqual([await answered('/mixed/7', OTHER_JWT), await byKey('/mixed/7')], [403, 200])
    assert.deepEqual([server.forms().length, reached()], [0, 3])
  })

  test('is 503 while the server cannot tell, and lets nobody in by what it said before', async () => {
    const { server, answered, reached } = await gateway()
    for (const token of ['opaque', JWT]) assert.equal(await answered('/payments', token), 200)
    const faults = [
      () => server.setFault((request) => void request.socket.destroy()),
      () => server.setFault((_request, response) => void response.writeHead(500).end()),
      () => server.setFault((_request, response) => void response.end('<html>')),
      () => server.setFault((_request, response) => void response.end('{"active":"true"}')),
    ]
    for (const fault of faults) {
      fault()
      for (const token of ['opaque', JWT]) {
        for (const target of ['/payments', '/mixed', '/both', '/within', '/shadowed'])
          assert.equal(await answered(target, token), 503, target)
      }
    }
    assert.equal(reached(), 2)
    server.setFault(undefined)
    assert.equal(await answered('/payments', JWT), 200)
  })
})
