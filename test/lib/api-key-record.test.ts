import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endOf, keyProblem, limitProblem, principalFieldsOfKey } from '../../lib/api-key-record.ts'
import { keyRecord } from '../support/key-record.ts'
import { requestView } from '../support/request-view.ts'

const LIVE = new Set(['live'])
const NOW = 1_764_000_100

test('a key stands for its owner, a client; or for the user it acts for', () => {
  const client = principalFieldsOfKey(keyRecord({ owner: 'acme', tenantId: 't' }))
  assert.deepEqual([client.kind, client.subject, client.clientId, client.tenantId], ['client', 'acme', 'acme', 't'])
  const user = principalFieldsOfKey(keyRecord({ owner: 'acme', userId: 'alice' }))
  assert.deepEqual([user.kind, user.subject, user.clientId], ['user', 'alice', 'acme'])
})

test('a key ends with the first of its expiry and its grace', () => {
  assert.equal(endOf({}), undefined)
  assert.equal(endOf({ expiresAt: 5 }), 5)
  assert.equal(endOf({ graceUntil: 4 }), 4)
  assert.equal(endOf({ expiresAt: 5, graceUntil: 4 }), 4)
  assert.equal(principalFieldsOfKey(keyRecord({ expiresAt: 9, graceUntil: 7 })).expiresAt, 7)
})

test('a key is good until it ends, in its environment', () => {
  assert.equal(keyProblem(keyRecord(), LIVE, NOW), undefined)
  assert.equal(keyProblem(keyRecord({ environment: 'test' }), LIVE, NOW), 'environment')
  assert.equal(keyProblem(keyRecord({ revokedAt: NOW - 1 }), LIVE, NOW), 'revoked')
  assert.equal(keyProblem(keyRecord({ graceUntil: NOW }), LIVE, NOW), 'rotated')
  assert.equal(keyProblem(keyRecord({ graceUntil: NOW + 1 }), LIVE, NOW), undefined)
  assert.equal(keyProblem(keyRecord({ expiresAt: NOW }), LIVE, NOW), 'expired')
  assert.equal(keyProblem(keyRecord({ expiresAt: Number.NaN }), LIVE, NOW), 'expired')
})

test('a good key is for its networks and routes only', () => {
  const request = requestView({}, { clientAddress: '10.1.2.3' })
  assert.equal(limitProblem(keyRecord(), request), undefined)
  assert.equal(limitProblem(keyRecord({ allowedNetworks: ['10.0.0.0/8'] }), request), undefined)
  assert.equal(limitProblem(keyRecord({ allowedNetworks: ['192.168.0.0/16'] }), request), 'key network')
  assert.equal(limitProblem(keyRecord({ allowedRoutes: ['GET /orders/**'] }), request), undefined)
  assert.equal(limitProblem(keyRecord({ allowedRoutes: ['POST /orders/**', '/public'] }), request), 'key route')
})
