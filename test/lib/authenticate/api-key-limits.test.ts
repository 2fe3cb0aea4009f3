import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../../lib/api-key.ts'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import type { ApiKeyRecord } from '../../../lib/store/key-store.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { keyRecord } from '../../support/key-record.ts'
import { type KeyRequestFields, keyRequest } from '../../support/key-request.ts'

const KEY = generateApiKey('sk', 'live')

async function told(limits: Partial<ApiKeyRecord>, request: KeyRequestFields): Promise<string> {
  const keys = memoryKeyStore([keyRecord({ hash: hashApiKey(KEY), ...limits })])
  const answer = await apiKeyAuthenticator({ keys, environments: ['live'] }).authenticate(keyRequest(KEY, request))
  return answer.outcome === 'rejected' ? `${answer.error.status} ${answer.error.reason}` : answer.outcome
}

test('a key is good on its networks only; elsewhere it is 403', async () => {
  const limits = { allowedNetworks: ['10.1.0.0/16', '192.0.2.7', '2001:db8:1::/48'] }
  for (const clientAddress of ['10.1.255.255', '192.0.2.7', '2001:db8:1:ffff::1']) {
    assert.equal(await told(limits, { clientAddress }), 'authenticated', clientAddress)
  }
  for (const clientAddress of ['10.2.0.0', '192.0.2.8', '2001:db8:2::1', '', 'unknown', '10.1.0.1, 10.1.0.2']) {
    assert.equal(await told(limits, { clientAddress }), '403 key network', clientAddress)
  }
})

test('an IPv4 range does not admit an IPv6 address that ends like it', async () => {
  assert.equal(await told({ allowedNetworks: ['10.0.0.0/8'] }, { clientAddress: '::10.0.0.1' }), '403 key network')
})

test('a key is good on its routes only; elsewhere it is 403', async () => {
  const limits = { allowedRoutes: ['GET /orders/**', 'POST /orders/:id/notes', '/health'] }
  const reached: KeyRequestFields[] = [
    { path: '/orders' },
    { path: '/Orders/1/items' },
    { path: '/orders/1', method: 'HEAD' },
    { path: '/orders/7/notes', method: 'POST' },
    { path: '/health', method: 'DELETE' },
  ]
  for (const request of reached) assert.equal(await told(limits, request), 'authenticated', JSON.stringify(request))
  const beyond: KeyRequestFields[] = [
    { path: '/' },
    { path: '/orders', method: 'POST' },
    { path: '/orders/7/notes/1', method: 'POST' },
    { path: '/ordersx' },
    { path: '/health/deep' },
    { path: '/admin' },
    { path: '/orders/1', method: 'get' },
  ]
  for (const request of beyond) assert.equal(await told(limits, request), '403 key route', JSON.stringify(request))
})

test('both limits hold at once', async () => {
  const limits = { allowedNetworks: ['10.0.0.0/8'], allowedRoutes: ['/orders'] }
  assert.equal(await told(limits, { clientAddress: '10.0.0.1' }), 'authenticated')
  assert.equal(await told(limits, { clientAddress: '192.0.2.1' }), '403 key network')
  assert.equal(await told(limits, { clientAddress: '10.0.0.1', path: '/x' }), '403 key route')
})

test('a bad key is 401 wherever it comes from: limits are told to the holder of a good key only', async () => {
  const limits = { allowedNetworks: ['10.0.0.0/8'], revokedAt: 1 }
  assert.equal(await told(limits, { clientAddress: '192.0.2.1' }), '401 revoked')
})

test('a limit that cannot be read lets nothing through', async () => {
  await assert.rejects(told({ allowedNetworks: ['everywhere'] }, {}))
  await assert.rejects(told({ allowedNetworks: [] }, {}))
  await assert.rejects(told({ allowedRoutes: ['orders'] }, {}))
  assert.equal(await told({ allowedRoutes: [] }, {}), '403 key route')
})
