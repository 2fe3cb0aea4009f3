import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decisionAttributes } from '../../../../lib/observe/parts/decision-attributes.ts'
import { toldDecision, toldRefusal } from '../../../support/told-decision.ts'

test('a method that the conventions do not know is _OTHER', () => {
  const methodOf = (method: string) => decisionAttributes(toldDecision({ method }), true)['http.request.method']
  assert.deepEqual(['GET', 'PURGE', 'x'.repeat(9_999)].map(methodOf), ['GET', '_OTHER', '_OTHER'])
})

test('a client is no end user, and all of its ids are told', () => {
  const ids = { clientId: 'app', issuer: 'https://i.test', tenantId: 't1', credentialId: 'key_1' }
  const event = toldDecision({ principal: { kind: 'client', subject: 'app', method: 'api-key', ...ids } })
  const attributes = decisionAttributes(event, true)
  assert.equal(attributes['enduser.id'], undefined)
  assert.deepEqual(
    ['kind', 'subject', 'method', 'client_id', 'issuer', 'tenant_id', 'credential_id'].map(
      (name) => attributes[`gatewarden.principal.${name}`],
    ),
    ['client', 'app', 'api-key', 'app', 'https://i.test', 't1', 'key_1'],
  )
})

test('neither the path, nor the address, nor what was thrown is among them', () => {
  const event = toldRefusal({ path: '/canary', host: 'canary', clientAddress: 'canary', cause: new Error('canary') })
  assert.ok(!JSON.stringify(decisionAttributes(event, true)).includes('canary'))
})
