import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type DecisionEvent, decisions } from '../../lib/decision-event.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { publishedOn } from '../support/published-events.ts'
import { sendRequestLines } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const HOSTILE: Readonly<Record<string, string>> = {
  'very long': 'x'.repeat(10_000),
  'just too long': 'x'.repeat(129),
  JSON: '"}{"x":1',
  'a script': '<script>alert(1)</script>',
  'a list': 'a, b',
  'two words': 'a b',
  'a path': '../../etc/passwd',
  'bytes that are no ASCII': '\xff\xfe',
  'a format': '%s%n%{jndi:ldap://evil}',
  'a line break in URL encoding': 'a%0d%0ab',
  empty: '',
}

const gateway = await attackedGateway()
const trusting = await attackedGateway({ trustedProxies: ['127.0.0.1'] })
const events = publishedOn<DecisionEvent>(decisions)

/** The id as everyone is told it: client, upstream and log. */
async function idOf(attacked: typeof gateway, ...headers: readonly string[]): Promise<string> {
  events.length = 0
  const answer = await sendRequestLines(attacked.port, { target: '/public/welcome', headers })
  const [record] = attacked.upstream.take()
  const told = [...answer.matchAll(/^x-request-id: (.*?)\r$/gim)].map((match) => match[1])
  assert.equal(told.length, 1)
  assert.ok(record)
  assert.deepEqual(foldedValues(record, 'x-request-id'), told)
  assert.deepEqual(
    events.map(({ requestId }) => requestId),
    told,
  )
  return told[0] ?? assert.fail()
}

suite('a request id', () => {
  test('of a client is replaced, however good it looks', async () => {
    for (const value of ['good-id', ...Object.values(HOSTILE)]) {
      assert.match(await idOf(gateway, `X-Request-ID: ${value}`), UUID)
    }
    assert.match(await idOf(gateway, 'X-Request-ID: a', 'x-request-id: b', 'X_Request_ID: c'), UUID)
  })

  test('of a trusted proxy is kept', async () => {
    for (const value of ['good-id', 'A.b_c-9', 'x'.repeat(128)]) {
      assert.equal(await idOf(trusting, `X-Request-ID: ${value}`), value)
    }
  })

  for (const [name, value] of Object.entries(HOSTILE)) {
    test(`of a trusted proxy is replaced when it is ${name}`, async () => {
      assert.match(await idOf(trusting, `X-Request-ID: ${value}`), UUID)
    })
  }

  test('of a trusted proxy that sends two is replaced', async () => {
    assert.match(await idOf(trusting, 'X-Request-ID: a', 'X-Request-ID: b'), UUID)
  })

  test('with a terminal sequence goes nowhere', async () => {
    for (const attacked of [gateway, trusting]) {
      const headers = ['X-Request-ID: \x1b[31mred']
      const answer = await sendRequestLines(attacked.port, { target: '/public/welcome', headers })
      assert.ok(!answer.includes('\x1b'))
      for (const record of attacked.upstream.take()) assert.match(foldedValues(record, 'x-request-id').join(), UUID)
    }
  })

  test('is another one for each request', async () => {
    const ids = new Set<string>()
    for (let count = 0; count < 20; count++) ids.add(await idOf(gateway))
    assert.equal(ids.size, 20)
  })
})
