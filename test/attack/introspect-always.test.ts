import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import { boundary } from '../../middleware/boundary.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { hostileIntrospection } from '../support/hostile-introspection.ts'
import { introspectingGateway } from '../support/introspecting-gateway.ts'
import { activeAnswer } from '../support/introspection-answer.ts'
import { sendBytes, sendRequestLines, statusesIn, statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const ROUTES = ['/payments/**', '/keys/:id', 'POST,DELETE /transfers']

/** One path in other words: it is asked about as the plain one is, or it has no meaning and is refused. */
const ASKED = [
  ...['/payments', '/payments/', '/payments/7', '/payments/7/', '/payments/7?x=/other', '/payments?x'],
  ...['/Payments/7', '/PAYMENTS/7', '/%70ayments/7', '/p%61yment%73/7', '/%50AYMENTS'],
  ...['/keys/1', '/KEYS/1', '/%E2%84%AAeys/1', '/key%C5%BF/1', '/%EF%BD%8Beys/1', '/keys/%41'],
]
const MALFORMED = [
  ...['//payments/7', '/./payments/7', '/other/../payments/7', '/other/%2e%2e/payments/7', '/payments;x=1/7'],
  ...['/payments%2f7', '/payments%5c7', '/payments\\7', '/payments%00/7', '/payments%20/7', '/payments./7'],
  ...['/%2570ayments/7', '/payments%zz', '/payments//7', '/payments#7', '/payments%0a', '/%c0%afpayments'],
  ...['http://127.0.0.1/payments/7', 'http://other.example.test/payments'],
]

suite('a route on which the server is always asked is not escaped by another spelling', () => {
  for (const target of ASKED) {
    test(`${target}: the server is asked, and the revoked token refused`, async () => {
      const { server, statusOf: answered, reached } = await introspectingGateway({ introspectAlways: ROUTES })
      assert.equal(await answered('good', '/other'), 200)
      server.answer('good', { active: false })
      assert.equal(await answered('good', target), 401)
      assert.equal(server.forms().length, 2)
      assert.equal(await answered('good', '/other'), 200, 'elsewhere it is remembered')
      assert.equal(reached(), 2)
    })
  }

  for (const target of MALFORMED) {
    test(`${target}: refused before anybody is asked`, async () => {
      const { server, statusOf: answered, reached } = await introspectingGateway({ introspectAlways: ROUTES })
      assert.equal(await answered('good', target), 400)
      assert.deepEqual([server.forms().length, reached()], [0, 0])
    })
  }

  const open = { allowSemicolon: true, allowTrailingDot: true, allowEncodedPercent: true, caseSensitive: true }
  for (const target of ['/payments;x=1/7', '/payments;/7', '/Payments/7', '/PAYMENTS;v=2']) {
    test(`${target}, where such paths are allowed: the server is asked`, async () => {
      const gateway = await introspectingGateway({ introspectAlways: ROUTES, path: open })
      assert.equal(await gateway.statusOf('good', '/other'), 200)
      gateway.server.answer('good', { active: false })
      assert.equal(await gateway.statusOf('good', target), 401)
    })
  }

  test('nor by another method than the one that is looked at, nor by a second request on the connection', async () => {
    const { port, server, statusOf: answered } = await introspectingGateway({ introspectAlways: ROUTES })
    assert.equal(await answered('good', '/other'), 200)
    server.answer('good', { active: false })
    const lines = (method: string, target: string, ...more: string[]) =>
      [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Authorization: Bearer good', ...more, '', ''].join('\r\n')
    const sent = [
      lines('GET', '/other'),
      lines('POST', '/transfers', 'Content-Length: 0'),
      lines('GET', '/transfers'),
      lines('DELETE', '/Transfers/'),
      lines('HEAD', '/payments'),
      lines('GET', '/other', 'Connection: close'),
    ]
    assert.deepEqual(statusesIn(await sendBytes(port, sent.join(''), 2_000)), [200, 401, 200, 401, 401, 200])
  })
})

test('a revoked JWT is refused at once on such a route, and accepted elsewhere until it expires', async () => {
  const key = createSigningKey()
  const server = await hostileIntrospection()
  const clock = testClock(NOW)
  const gate = boundary({
    authenticate: accessTokenAuthenticator({
      issuers: [{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [key.jwk] } }],
      introspection: {
        ...{ endpoint: server.endpoint, issuer: ISSUER, audience: AUDIENCE, introspectAlways: ROUTES },
        client: { method: 'basic', clientId: 'gateway', clientSecret: 'hush-hush' },
      },
      now: clock.now,
    }),
  })
  const port = await serve((request, response) => gate(request, response, () => response.end()))
  const token = key.sign(accessTokenClaims())
  const answered = async (target: string) =>
    statusOf(await sendRequestLines(port, { target, headers: [`Authorization: Bearer ${token}`] }))
  server.answer(token, activeAnswer())
  assert.deepEqual([await answered('/payments/7'), await answered('/other')], [200, 200])
  server.answer(token, { active: false })
  assert.deepEqual(
    [await answered('/payments/7'), await answered('/%70ayments'), await answered('/other')],
    [401, 401, 200],
  )
  server.setFault((_request, response) => void response.writeHead(401).end())
  assert.deepEqual([await answered('/payments/7'), await answered('/other')], [503, 200])
  clock.advance(606)
  assert.deepEqual([await answered('/payments/7'), await answered('/other')], [401, 401])
})
