import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ApiKeyFields } from '../../../lib/keys/key-fields.ts'
import { apiKeysFixture, granted } from '../../support/api-keys-fixture.ts'

const FINE = { owner: 'acme', environment: 'live' }

const PROBLEMS: [fields: Record<string, unknown>, detail: RegExp][] = [
  [{ owner: undefined }, /^"owner" is missing/],
  [{ environment: undefined }, /^"environment" is missing/],
  [{ owner: null }, /^"owner" must be a non-empty string$/],
  [{ owner: '' }, /^"owner" must be a non-empty string$/],
  [{ owner: 7 }, /^"owner" must be a non-empty string$/],
  [{ owner: 'a\r\nb' }, /cannot be represented in a header/],
  [{ owner: 'café' }, /cannot be represented in a header/],
  [{ owner: ' acme' }, /cannot be represented/],
  [{ owner: 'a'.repeat(513) }, /cannot be represented/],
  [{ environment: 'Live' }, /^"environment" must be a lower-case word such as "live"$/],
  [{ environment: 'l_v' }, /^"environment"/],
  [{ environment: 'a'.repeat(33) }, /^"environment"/],
  [{ label: '' }, /^"label" must be a non-empty string$/],
  [{ label: 'a'.repeat(201) }, /^"label" must be at most 200 printable characters$/],
  [{ label: 'a\nb' }, /^"label" must be at most 200 printable/],
  [{ label: 'a\0b' }, /^"label" must be at most 200 printable/],
  [{ label: '\u009b31m' }, /^"label" must be at most 200 printable/],
  [{ label: '\ud83d' }, /^"label" must be at most 200 printable/],
  [{ label: {} }, /^"label" must be a non-empty string$/],
  [{ scopes: 'orders:read' }, /^"scopes" must be a list of non-empty strings$/],
  [{ scopes: [''] }, /^"scopes" must be a list of non-empty strings$/],
  [{ scopes: [7] }, /^"scopes" must be a list of non-empty strings$/],
  [{ scopes: null }, /^"scopes" must be a list of non-empty strings$/],
  [{ scopes: ['a', 'a'] }, /^"scopes" names one value twice$/],
  [{ scopes: ['orders read'] }, /scopes cannot be represented/],
  [{ scopes: ['a,b'] }, /scopes cannot be represented/],
  [{ roles: ['viewer,admin'] }, /roles cannot be represented/],
  [{ roles: ['viewer\tadmin'] }, /roles cannot be represented/],
  [{ roles: ['rôle'] }, /roles cannot be represented/],
  [{ tenantId: '' }, /^"tenantId" must be a non-empty string$/],
  [{ tenantId: 'tenant\n' }, /tenantId cannot be represented/],
  [{ tier: 1 }, /^"tier" must be a non-empty string$/],
  [{ userId: 'ü' }, /subject cannot be represented/],
  [{ allowedNetworks: [] }, /^"allowedNetworks" must not be empty; leave it out to allow all$/],
  [{ allowedNetworks: '10.0.0.0/8' }, /^"allowedNetworks" must be a list/],
  [{ allowedNetworks: ['10.0.0.0/33'] }, /^"allowedNetworks" holds "10.0.0.0\/33", which is neither/],
  [{ allowedNetworks: ['example.com'] }, /^"allowedNetworks" holds "example.com"/],
  [{ allowedNetworks: ['10.0.0.1:80'] }, /^"allowedNetworks" holds/],
  [{ allowedNetworks: ['fe80::1%eth0'] }, /^"allowedNetworks" holds/],
  [{ allowedRoutes: [] }, /^"allowedRoutes" must not be empty/],
  [{ allowedRoutes: ['orders'] }, /^"allowedRoutes" holds "orders", which is no route like "GET \/orders\/\*\*"$/],
  [{ allowedRoutes: ['get /orders'] }, /^"allowedRoutes" holds/],
  [{ allowedRoutes: ['/a/../b'] }, /^"allowedRoutes" holds/],
  [{ allowedRoutes: ['/a//b'] }, /^"allowedRoutes" holds/],
  [{ allowedRoutes: ['/**/b'] }, /^"allowedRoutes" holds/],
  [{ allowedRoutes: ['/a*'] }, /^"allowedRoutes" holds/],
  [{ allowedRoutes: ['/a%2fb'] }, /^"allowedRoutes" holds/],
  [{ allowedRoutes: ['GET  /a'] }, /^"allowedRoutes" holds/],
  [{ expiresAt: '2030-01-01' }, /^"expiresAt" must be a time in epoch seconds$/],
  [{ expiresAt: Number.NaN }, /^"expiresAt" must be a time/],
  [{ expiresAt: Number.POSITIVE_INFINITY }, /^"expiresAt" must be a time/],
  [{ expiresAt: 0 }, /^"expiresAt" must be a time/],
  [{ expiresAt: -1 }, /^"expiresAt" must be a time/],
  [{ hash: 'x' }, /^"hash" is no field; known fields: owner, label/],
  [{ id: 'key_mine' }, /^"id" is no field/],
  [{ revokedAt: 1 }, /^"revokedAt" is no field/],
]

describe('a field that is wrong is told in words, and no key is made', () => {
  for (const [fields, detail] of PROBLEMS) {
    test(JSON.stringify(fields).slice(0, 60), async () => {
      const { keys } = apiKeysFixture()
      const answer = await keys.create({ ...FINE, ...fields } as unknown as ApiKeyFields)
      assert.ok('problem' in answer, JSON.stringify(answer))
      assert.equal(answer.problem, 'invalid')
      assert.match(answer.detail, detail)
      const imported = await keys.import('a'.repeat(64), { ...FINE, ...fields } as unknown as ApiKeyFields)
      assert.ok('problem' in imported)
      assert.deepEqual((await keys.list()).records, [])
    })
  }
})

test('a scope with what RFC 6749 allows, and a route with every piece, are fine', async () => {
  const { keys } = apiKeysFixture()
  const fields = { ...FINE, scopes: ['https://api.example.com/orders.read', 'a:b/c!'], roles: ['a.b'] }
  const allowedRoutes = ['/', '/**', 'GET,POST /orders/:id/items/*', "/a-b._~!$&'()+,=:@"]
  granted(await keys.create({ ...fields, allowedRoutes, allowedNetworks: ['::/0', '0.0.0.0/0', '192.0.2.7'] }))
})

test('a parsed body cannot smuggle fields in by __proto__', async () => {
  const { keys } = apiKeysFixture()
  const body = JSON.parse('{"environment": "live", "__proto__": {"owner": "root"}}')
  const answer = await keys.create(body)
  assert.deepEqual('problem' in answer && answer.detail.slice(0, 23), '"__proto__" is no field')
})
