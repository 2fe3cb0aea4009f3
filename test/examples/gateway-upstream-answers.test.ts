import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { gatewayToSocket } from '../support/proxying-gateway.ts'

const PATH = '/public/a-path?secret=1'

suite('an upstream that fails in the middle of its body', () => {
  const HALF = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of it'

  for (const [problem, onData] of [
    ['closes', (socket: Socket) => socket.end(HALF)],
    ['resets', (socket: Socket) => socket.write(HALF, () => socket.resetAndDestroy())],
    ['stops', (socket: Socket) => socket.write(HALF)],
  ] as const) {
    test(`${problem}: the client's connection breaks too`, async () => {
      const url = await gatewayToSocket((socket) => socket.once('data', () => onData(socket)))
      await assert.rejects(async () => (await fetch(url + PATH)).text())
      assert.equal((await fetch(`${url}/health`)).status, 200)
    })
  }
})

test("an upstream that breaks its framing after a part of its body: the client's connection breaks too", async () => {
  const upstream = Promise.withResolvers<Socket>()
  const url = await gatewayToSocket((socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n')
      upstream.resolve(socket)
    }),
  )
  const response = await fetch(url + PATH)
  const socket = await upstream.promise
  socket.end('zzz\r\n')
  await assert.rejects(response.text())
  assert.equal((await fetch(`${url}/health`)).status, 200)
})

suite('an upstream whose answer cannot go on: 502, and nothing of it', () => {
  const heads: Readonly<Record<string, string>> = {
    'a control character in the reason phrase': '200 O\x01K\r\ncontent-length: 2\r\n\r\nok',
    'DEL in the reason phrase': '200 \x7f\r\ncontent-length: 2\r\n\r\nok',
    'a control character in a header': '200 OK\r\nX-A: \x01\r\ncontent-length: 2\r\n\r\nok',
    'status 000': '000 OK\r\ncontent-length: 2\r\n\r\nok',
    'status 099': '099 OK\r\ncontent-length: 2\r\n\r\nok',
    'status 101 by itself': '101 OK\r\ncontent-length: 2\r\n\r\nok',
    'an upgrade that nobody asked for': '101 OK\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nok',
    'a body that breaks at its begin':
      '200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nSet-Cookie: a=b\r\n\r\nzzz\r\n',
    'more than there can be': '204 OK\r\nSet-Cookie: a=b\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  }
  for (const [name, head] of Object.entries(heads)) {
    test(name, async () => {
      const url = await gatewayToSocket((socket) =>
        socket.once('data', () => socket.end(Buffer.from(`HTTP/1.1 ${head}`, 'latin1'))),
      )
      const client = connect(Number(new URL(url).port), '127.0.0.1')
      client.write(`GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
      const answer = await text(client)
      assert.match(answer, /^HTTP\/1\.1 502 Bad Gateway\r\n/)
      assert.doesNotMatch(answer, /transfer-encoding|content-encoding|set-cookie|\r\nx-a:/i)
      assert.match(answer, /\r\ncontent-length: \d+\r\n/i)
      assert.equal((await fetch(`${url}/health`)).status, 200)
    })
  }
  test('bytes beyond ASCII in a reason phrase pass, as they may', async () => {
    const url = await gatewayToSocket((socket) =>
      socket.once('data', () => socket.end(Buffer.from('HTTP/1.1 200 \xe9\r\ncontent-length: 2\r\n\r\nok', 'latin1'))),
    )
    assert.equal((await fetch(url + PATH)).status, 200)
  })
})
