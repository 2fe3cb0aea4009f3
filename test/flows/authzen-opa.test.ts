import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { authzenPolicy } from '../../lib/authorize/decision-points/authzen.ts'
import { authzenPdp } from '../support/authzen-pdp.ts'
import type { AskedEvaluation } from '../support/authzen-request.ts'
import { skipWithoutOpa, startOpa } from '../support/opa-server.ts'
import { policyGateway } from '../support/policy-gateway.ts'

/** The todo scenario of API gateways, in Rego: who may call which method of which route. */
const POLICY = `package authzen

default allow := false

roles := {"GET /todos": {"viewer", "editor"}, "POST /todos": {"editor"}, "PUT /todos/{todoId}": {"editor"}}

route := sprintf("%s %s", [input.action.name, input.resource.id])

allow if {
	input.subject.type == "identity"
	input.resource.type == "route"
	some role in input.subject.properties.roles
	role in roles[route]
}

# Whatever the role: this one is locked.
locked if input.resource.properties.parameters.todoId == "42"

decision := {"decision": false, "context": {"reason_admin": {"en": "locked"}, "reason_user": {"en": "It is locked."}}} if {
	locked
} else := {"decision": allow}
`

/** Decisions are those of a real engine; only the envelope is ours. */
async function pdpOverOpa() {
  const opa = await startOpa({ 'authzen.rego': POLICY })
  after(() => opa.remove())
  const pdp = await authzenPdp(async (input: AskedEvaluation) => {
    const body = JSON.stringify({ input })
    const answer = await fetch(`${opa.url}/v1/data/authzen/decision`, { method: 'POST', body })
    const { result } = (await answer.json()) as { result: { decision: boolean; context?: unknown } }
    return result
  })
  return { opa, pdp }
}

suite('decisions of a real engine', { skip: skipWithoutOpa }, async () => {
  const { opa, pdp } = await pdpOverOpa()
  const policy = authzenPolicy({ url: pdp.url, tellUserReason: true })
  const gateway = await policyGateway([
    { path: '/todos', policy },
    { path: '/todos/:todoId', policy },
    { path: '/other/:todoId', policy },
  ])

  const cases: readonly (readonly [string, string, string, number])[] = [
    ['alice', 'GET', '/todos', 200],
    ['alice', 'POST', '/todos', 200],
    ['alice', 'PUT', '/todos/7', 200],
    ['alice', 'PUT', '/todos/42', 403],
    ['alice', 'DELETE', '/todos/7', 403],
    ['alice', 'PUT', '/other/7', 403],
    ['bob', 'GET', '/todos', 200],
    ['bob', 'POST', '/todos', 403],
    ['carol', 'GET', '/todos', 403],
  ]
  for (const [who, method, path, status] of cases) {
    test(`${who} ${method} ${path}: ${status}`, async () => {
      assert.equal(await gateway.statusFor(who, path, method), status)
    })
  }

  test('the engine says why, and the caller hears what is meant for callers', async () => {
    const { body } = await gateway.send('alice', '/todos/42', 'PUT')
    assert.match(body, /It is locked\./)
  })

  test('nothing that was asked was against the specification', () => assert.deepEqual(pdp.violations, []))

  test('an engine that is killed lets nobody in; when it is back, nothing needs a restart', async () => {
    await opa.kill()
    const before = gateway.reached()
    assert.equal(await gateway.statusFor('alice', '/todos'), 503)
    assert.equal(gateway.reached(), before)
    await opa.start()
    assert.equal(await gateway.statusFor('alice', '/todos'), 200)
  })
})

test('several evaluations of a real engine', { skip: skipWithoutOpa }, async () => {
  const { pdp } = await pdpOverOpa()
  const resource = (id: string) => ({ type: 'route', id, properties: { parameters: { todoId: '42' } } })
  const evaluations = () => [{ resource: { type: 'route', id: '/todos' } }, { resource: resource('/todos/{todoId}') }]
  const gateway = await policyGateway([
    { path: '/all', policy: authzenPolicy({ url: pdp.url, evaluations, semantic: 'deny_on_first_deny' }) },
    { path: '/one', policy: authzenPolicy({ url: pdp.url, evaluations, semantic: 'permit_on_first_permit' }) },
  ])
  assert.equal(await gateway.statusFor('alice', '/all'), 403)
  assert.equal(await gateway.statusFor('alice', '/one'), 200)
  assert.equal(await gateway.statusFor('carol', '/one'), 403)
  assert.deepEqual(pdp.violations, [])
})
