import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourceOf, subjectOf } from '../../../../../lib/authorize/decision-points/authzen/question.ts'
import { policyRoute } from '../../../../../lib/authorize/policy-route.ts'
import { parametersOf } from '../../../../../lib/authorize/route-pattern.ts'
import { principal } from '../../../../support/outcomes.ts'
import { requestView } from '../../../../support/request-view.ts'

const question = (path: string) => ({
  principal: principal(),
  request: requestView({}, { path: '/a/b/c' }),
  route: policyRoute(`* ${path}`, path, parametersOf(path)),
})

test('a route is written as OpenAPI writes it', () => {
  const templates = {
    '/': '/',
    '/orders': '/orders',
    '/:id': '/{id}',
    '/orders/:order_id/items/:n2': '/orders/{order_id}/items/{n2}',
    '/files/*/**': '/files/*/**',
    '/at/10:30': '/at/10:30',
  }
  for (const [path, template] of Object.entries(templates)) {
    assert.equal(resourceOf(question(path)).id, template)
  }
})

test('claims and credentials are no properties of a subject', () => {
  const who = principal({ claims: { ssn: '1' }, credentialId: 'jti-1', tenantId: 'acme', clientId: 'app' })
  const subject = subjectOf({ ...question('/'), principal: who })
  assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(subject.properties))), [
    ...['kind', 'method', 'client_id', 'tenant_id', 'roles', 'scopes', 'ip_address'],
  ])
})

test('a client without a known address has none', () => {
  const request = requestView({}, { clientAddress: '' })
  assert.equal(subjectOf({ ...question('/'), request }).properties?.ip_address, undefined)
})
