import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  checkedIncludes,
  inputOf,
  OPA_INCLUDES,
  type OpaInclude,
} from '../../../../../lib/authorize/decision-points/opa/input.ts'
import { policyRoute } from '../../../../../lib/authorize/policy-route.ts'
import { pathCanonicalizer } from '../../../../../lib/request/canonical-path.ts'
import { NOW } from '../../../../support/access-token.ts'
import { principal } from '../../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../../support/refused-option.ts'
import { requestView } from '../../../../support/request-view.ts'

const alice = principal({
  ...{ subject: 'alice', issuer: 'https://login.example.test', clientId: 'app', tenantId: 'acme', tier: 'gold' },
  ...{ email: 'alice@example.test', roles: ['editor'], scopes: ['read:orders'], credentialId: 'jti-1' },
  ...{ authenticatedAt: 1, expiresAt: 2, claims: { department: 'sales' } },
})
const request = requestView({ authorization: 'Bearer sesame' }, { query: 'a=b', headers: { cookie: 'secret' } })
const route = policyRoute('GET /orders/:id', '/orders/:id', new Map([['id', 1]]))
const asked = { principal: alice, request, route, now: NOW + 0.5 }

/** As it goes over the wire. */
function sent(include: readonly OpaInclude[] = [], question = asked) {
  return JSON.parse(JSON.stringify(inputOf(question, new Set(include))))
}

test('the input is what the design names, and the whole of principal and request that is safe', () => {
  assert.deepEqual(sent(), {
    path: '/orders/42',
    user_roles: ['editor'],
    principal: {
      ...{ kind: 'user', subject: 'alice', method: 'jwt', issuer: 'https://login.example.test', client_id: 'app' },
      ...{ tenant_id: 'acme', email: 'alice@example.test', roles: ['editor'], scopes: ['read:orders'], tier: 'gold' },
      ...{ credential_id: 'jti-1', authenticated_at: 1, expires_at: 2 },
    },
    request: {
      ...{ method: 'GET', path: '/orders/42', segments: ['orders', '42'], host: 'api.example.test', scheme: 'https' },
      client_address: '192.0.2.7',
      route: { rule: 'GET /orders/:id', path: '/orders/:id', parameters: { id: '42' } },
    },
  })
})

test('claims, query, request id and time are in it when they are asked for', () => {
  const { principal: who, request: what } = sent(OPA_INCLUDES)
  assert.deepEqual(who.claims, { department: 'sales' })
  assert.deepEqual([what.query, what.id, what.time], ['a=b', 'request-1', NOW])
})

test('no credential and no header is ever in it', () => {
  assert.doesNotMatch(JSON.stringify(sent(OPA_INCLUDES)), /sesame|secret/)
})

test('what is not known is left out', () => {
  const input = sent([], { ...asked, principal: principal({}), route: undefined as never })
  assert.deepEqual(Object.keys(input.principal), ['kind', 'subject', 'method', 'roles', 'scopes'])
  assert.equal('route' in input.request, false)
})

suite('the path', () => {
  const options = { allowEncodedSeparators: true, allowEncodedPercent: true }
  const pathOf = (target: string) => {
    const canonical = pathCanonicalizer(options)(target)
    assert.ok(canonical)
    return sent([], { ...asked, request: requestView({}, canonical) }).path
  }
  const cases: Readonly<Record<string, string>> = {
    '/': '/',
    '/admin/': '/admin',
    '/ADMIN/x': '/admin/x',
    '/%61dmin': '/admin',
    '/a%2Fb': '/a%2Fb',
    '/a%5Cb': '/a%5Cb',
    '/a%252Fb': '/a%252fb',
    '/caf%C3%89': '/caf\u00e9',
    '/a:b@c': '/a:b@c',
  }
  for (const [target, path] of Object.entries(cases)) {
    test(`of ${target} is ${path}`, () => assert.equal(pathOf(target), path))
  }

  test('has as many slashes as segments, whatever they hold', () => {
    assert.notEqual(pathOf('/a%2Fb'), pathOf('/a/b'))
    assert.notEqual(pathOf('/a%252Fb'), pathOf('/a%2Fb'))
  })
})

test('what can be included is checked', () => {
  assert.deepEqual([...checkedIncludes('opaPolicy', undefined)], [])
  assert.deepEqual([...checkedIncludes('opaPolicy', ['query'])], ['query'])
  assertRefusedOption(() => checkedIncludes('opaPolicy', ['headers']), 'opaPolicy', '"include"')
  assertRefusedOption(() => checkedIncludes('opaPolicy', 'query'), 'opaPolicy', '"include"')
})
