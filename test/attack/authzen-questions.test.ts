import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { AuthzenOptions } from '../../lib/authorize/decision-points/authzen/options.ts'
import { authzenPolicy } from '../../lib/authorize/decision-points/authzen.ts'
import { type DecisionEvent, decisions } from '../../lib/decision-event.ts'
import { authzenPdp } from '../support/authzen-pdp.ts'
import type { AskedEvaluation } from '../support/authzen-request.ts'
import { policyGateway } from '../support/policy-gateway.ts'
import { publishedOn } from '../support/published-events.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'

const events = publishedOn<DecisionEvent>(decisions)

async function askingGateway(
  options: Partial<AuthzenOptions> = {},
  decide: (asked: AskedEvaluation) => boolean = () => true,
) {
  const asked: AskedEvaluation[] = []
  const pdp = await authzenPdp((evaluation) => {
    asked.push(evaluation)
    return decide(evaluation)
  })
  const policy = authzenPolicy({ url: pdp.url, deadlineMs: 30_000, ...options })
  const gateway = await policyGateway([
    { path: '/orders/:orderId', policy },
    { path: '/files/**', policy },
    { path: '/admin', policy },
  ])
  return { ...gateway, pdp, asked }
}

suite('no spelling of a path is another question', () => {
  const spellings: readonly (readonly [string, string, string | undefined])[] = [
    ['/orders/7', '/orders/{orderId}', '7'],
    ['/Orders/7', '/orders/{orderId}', '7'],
    ['/%6frders/7/', '/orders/{orderId}', '7'],
    ['/orders/%7BorderId%7D', '/orders/{orderId}', '{orderId}'],
    ['/orders/admin', '/orders/{orderId}', 'admin'],
    ['/orders/%22%7D%2C%22decision%22:true', '/orders/{orderId}', '"},"decision":true'],
    ['/orders/a%00b', '', undefined],
    ['/files/../admin', '', undefined],
    ['/files/%2e%2e/admin', '', undefined],
    ['/ADMIN', '/admin', undefined],
    ['/admin?resource=/files', '/admin', undefined],
    ['/files/a/b', '/files/**', undefined],
  ]
  for (const [target, id, orderId] of spellings) {
    test(target, async () => {
      const { port, asked, pdp } = await askingGateway()
      const status = statusOf(await sendRequestLines(port, { target, headers: ['X-API-Key: alice'] }))
      if (id === '') {
        assert.deepEqual([status, asked.length], [400, 0])
        return
      }
      assert.equal(status, 200)
      assert.deepEqual([asked[0]?.resource.type, asked[0]?.resource.id], ['route', id])
      const { parameters } = Object(asked[0]?.resource.properties)
      assert.equal(parameters.orderId, orderId)
      assert.deepEqual(pdp.violations, [])
    })
  }
})

test('what a caller says of itself is in no question', async () => {
  const { port, pdp } = await askingGateway()
  const headers = [
    'X-API-Key: alice',
    'X-User-ID: admin',
    'X-User-Roles: admin',
    'X-Request-ID: forged',
    'X-Forwarded-For: 9.9.9.9',
  ]
  const answer = await sendRequestLines(port, { target: '/orders/7?role=admin&token=hush', headers })
  assert.equal(statusOf(answer), 200)
  const sent = JSON.stringify(pdp.calls)
  for (const word of ['admin', 'forged', '9.9.9.9', 'hush']) assert.ok(!sent.includes(word), word)
})

test('the credential of the caller does not reach the decision point', async () => {
  const { send, pdp } = await askingGateway()
  await send('alice', '/orders/7')
  assert.equal(pdp.calls[0]?.headers['x-api-key'], undefined)
  assert.equal(pdp.calls[0]?.headers.authorization, undefined)
})

test('the credential of the gateway is in no answer and no event, also when it is refused', async () => {
  events.length = 0
  const { send, pdp } = await askingGateway({ token: 'sesame', headers: { 'X-Other': 'sesame-too' } })
  pdp.setFault((request, response) => void response.writeHead(401).end(JSON.stringify(request.headers)))
  const { status, body, headers } = await send('alice', '/orders/7')
  assert.equal(status, 503)
  assert.equal(events.length, 1)
  const { cause } = events[0] ?? {}
  const told = [body, JSON.stringify(headers), JSON.stringify(events), String(cause), String(Object(cause).stack)]
  for (const text of told) assert.ok(!text.includes('sesame'), text)
})

test('a caller who is denied learns nothing, and the log cannot be forged', async () => {
  events.length = 0
  const { send, pdp } = await askingGateway()
  const context = {
    reason_admin: { en: 'policy C076\r\n2026-01-01 allowed bob' },
    reason_user: { en: 'Ask your manager' },
    error: { status: 200 },
  }
  pdp.setFault((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ decision: false, context }))
  })
  const answer = await send('alice', '/orders/7')
  assert.equal(answer.status, 403)
  assert.ok(!/C076|manager/.test(answer.body + JSON.stringify(answer.headers)))
  assert.equal(events[0]?.reason, 'denied by authzen: policy C076 2026-01-01 allowed bob')
})

test('HEAD, and methods that no rule names, are asked about as they are', async () => {
  const { statusFor, asked } = await askingGateway({}, ({ action }) => action.name === 'GET')
  const statuses = []
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) statuses.push(await statusFor('alice', '/orders/7', method))
  assert.deepEqual(statuses, [200, 403, 403, 403])
  assert.deepEqual(
    asked.map(({ action }) => action.name),
    ['GET', 'HEAD', 'POST', 'DELETE'],
  )
})

test('nobody is asked about who is not known', async () => {
  const { statusFor, asked, port } = await askingGateway()
  assert.equal(await statusFor('mallory', '/orders/7'), 401)
  assert.equal(statusOf(await sendRequestLines(port, { target: '/orders/7' })), 401)
  assert.deepEqual(asked, [])
})
