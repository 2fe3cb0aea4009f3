import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'
import { serve } from '../support/serve.ts'

let elsewhere = 0
const otherPort = await serve((_request, response) => {
  elsewhere++
  response.end('stolen')
})
const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
  'a redirect to another server': (response) =>
    void response.writeHead(302, { location: `http://127.0.0.1:${otherPort}/collect` }).end(),
  'a redirect that keeps the method': (response) =>
    void response.writeHead(307, { location: `http://127.0.0.1:${otherPort}/collect` }).end(),
  'a redirect to no scheme': (response) =>
    void response.writeHead(301, { location: `//127.0.0.1:${otherPort}/collect` }).end(),
  'an accelerated redirect': (response) =>
    void response.writeHead(200, { 'x-accel-redirect': '/admin', 'x-sendfile': '/etc/passwd' }).end('own'),
  'a page of errors': (response) => void response.writeHead(500).end('own'),
  'a challenge of its own': (response) =>
    void response.writeHead(401, { 'www-authenticate': 'Basic realm="legacy"' }).end('own'),
}

let answer: (response: ServerResponse) => void = (response) => void response.end('served')
const gateway = await attackedGateway({ upstreamAnswer: (response) => answer(response) })
const bearer = `Authorization: Bearer ${gateway.token()}`

suite('an upstream that answers with', () => {
  for (const [name, respond] of Object.entries(answers)) {
    test(`${name} speaks to the client, and to nobody else`, async () => {
      answer = respond
      const received = await sendRequestLines(gateway.port, { target: '/echo', headers: [bearer, 'Cookie: a=b'] })
      assert.match(received, /^HTTP\/1\.1 (?:200|30[127]|401|500) /)
      assert.ok(!received.includes('stolen'))
      assert.equal(elsewhere, 0)
      assert.equal(gateway.upstream.take().length, 1)
    })
  }

  test('an identity makes nobody of the next request', async () => {
    answer = (response) => {
      response.setHeader('X-User-ID', 'root').setHeader('Set-Cookie', 'user=root')
      response.setHeader('Connection', 'X-User-ID').end()
    }
    await sendRequestLines(gateway.port, { target: '/echo', headers: [bearer] })
    assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/admin' })), 401)
    await sendRequestLines(gateway.port, { target: '/public/x' })
    const records = gateway.upstream.take()
    assert.deepEqual(
      records.map((record) => foldedValues(record, 'x-user-id')),
      [['alice'], []],
    )
  })
})

/** The rest of a body that never came would swallow the next request on that connection, of somebody else. */
test('an upload that breaks off leaves nothing on a connection to the upstream that another request uses', async () => {
  answer = (response) => void response.end('served')
  for (let round = 0; round < 10; round++) {
    const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined)
    await once(socket, 'connect')
    const head = `POST /public/cut HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 400\r\n\r\n`
    socket.write(`${head}GET /admin HTTP/1.1\r\nX-User-Roles: admin\r\n`, () => socket.resetAndDestroy())
    await once(socket, 'close')
    const headers = [bearer]
    assert.equal(statusOf(await sendRequestLines(gateway.port, { target: `/echo/${round}`, headers })), 200)
  }
  const whole = gateway.upstream.take()
  assert.deepEqual(
    whole.map(({ target, body }) => [target, body]),
    Array.from({ length: 10 }, (_, round) => [`/echo/${round}`, '']),
  )
})
