import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, suite, test } from 'node:test'
import { createDrainableServer } from '../../examples/gateway/server.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusesIn, statusOf } from '../support/raw-tcp.ts'

const gateway = await attackedGateway()
const key = `X-API-Key: ${gateway.apiKey}`
const sockets: Socket[] = []
after(() => {
  for (const socket of sockets) socket.destroy()
})

async function open(text: string): Promise<Socket> {
  const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined)
  sockets.push(socket)
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

suite('a client that takes its time', () => {
  test('is given less of it than Node.js would give', () => {
    const { server } = createDrainableServer(
      () => undefined,
      () => undefined,
    )
    assert.ok(server.headersTimeout > 0 && server.headersTimeout < 60_000)
    assert.ok(server.requestTimeout > 0 && server.requestTimeout < 300_000)
    assert.ok(server.keepAliveTimeout > 0 && server.keepAliveTimeout < 5_001)
    assert.ok(server.headersTimeout <= server.requestTimeout)
  })

  test('keeps nobody else waiting, however many there are', async () => {
    const heads = ['GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ', 'GE', '', 'POST /echo HTTP/1.1\r\n']
    await Promise.all(Array.from({ length: 400 }, (_, index) => open(heads[index % heads.length] ?? '')))
    for (let count = 0; count < 20; count++) {
      assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/echo', headers: [key] })), 200)
    }
    assert.equal(gateway.upstream.take().length, 20)
  })

  test('with a body, and without a good credential, is answered before the body has come', async () => {
    const credentials: readonly (readonly [string, number])[] = [
      ['X-Nothing: 1', 401],
      ['X-API-Key: bad', 401],
      [`${key}\r\n${key}`, 400],
    ]
    for (const [line, status] of credentials) {
      const socket = await open(`POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\n${line}\r\nContent-Length: 1000000\r\n\r\nx`)
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      assert.deepEqual(statusesIn(chunk.toString('latin1')), [status])
      socket.destroy()
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('and asks whether to send its body is told to, or refused, before it does', async () => {
    const head = 'POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n'
    const socket = await open(`${head}\r\n`)
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
    })
    while (!received.includes('401')) await once(socket, 'data')
    assert.ok(statusesIn(received).every((status) => [100, 401].includes(status)))
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('and breaks off leaves a gateway that works', async () => {
    const starts = [
      'GET /echo HT',
      `POST /echo HTTP/1.1\r\nHost: a\r\n${key}\r\nContent-Length: 100\r\n\r\nhalf`,
      '\r\n\r\n\r\n',
    ]
    for (const start of starts) (await open(start)).resetAndDestroy()
    assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/health' })), 200)
    gateway.upstream.take()
  })
})
