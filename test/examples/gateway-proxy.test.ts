import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, suite, test } from 'node:test'
import { WebSocketServer } from 'ws'
import { listenOnFreePort, unusedPort } from '../support/free-port.ts'
import {
  gatewayTo,
  gatewayToHttp,
  gatewayToSocket,
  key,
  startGatewayTo,
  TIMEOUT_MS,
} from '../support/proxying-gateway.ts'

async function assertProblem(response: Response, status: number): Promise<void> {
  assert.equal(response.status, status)
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  assert.ok(response.headers.get('x-request-id'))
  const body = await response.text()
  assert.equal(JSON.parse(body).status, status)
  assert.doesNotMatch(body, /127\.0\.0\.1|localhost|public|secret|ECONN|\d{4,}/)
}

const PATH = '/public/a-path?secret=1'

suite('an upstream that fails before it answers', () => {
  test('is down: 502', async () => {
    const url = await gatewayTo(await unusedPort())
    await assertProblem(await fetch(url + PATH), 502)
    await assertProblem(await fetch(url + PATH, { method: 'POST', body: 'x'.repeat(1_000_000) }), 502)
    assert.equal((await fetch(`${url}/health`)).status, 200)
  })

  test('closes the connection: 502', async () => {
    await assertProblem(await fetch((await gatewayToSocket((socket) => socket.destroy())) + PATH), 502)
    const url = await gatewayToSocket((socket) => socket.once('data', () => socket.end()))
    await assertProblem(await fetch(url + PATH), 502)
  })

  test('speaks no HTTP: 502', async () => {
    const url = await gatewayToSocket((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    await assertProblem(await fetch(url + PATH), 502)
  })

  test('is slow: 504', async () => {
    const url = await gatewayToSocket(() => {})
    const sent = performance.now()
    await assertProblem(await fetch(url + PATH), 504)
    assert.ok(performance.now() - sent < TIMEOUT_MS + 1_000)
    await assertProblem(await fetch(url + PATH, { method: 'POST', body: 'x'.repeat(5_000_000) }), 504)
    assert.equal((await fetch(`${url}/health`)).status, 200)
  })
})

test('an upstream that does not accept connections: 504', async () => {
  const program =
    "net.createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })"
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const port = Number(line)
  child.kill('SIGSTOP')
  // Nobody accepts now: once its queue is full, the system leaves every new connection unanswered.
  const queued = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await once(queued[0] as Socket, 'connect')
  await assertProblem(await fetch((await gatewayTo(port)) + PATH), 504)
  for (const socket of queued) socket.destroy()
})

suite('a client that leaves', () => {
  test('takes its upstream request with it, and nothing else', async () => {
    const upstreamClosed = Promise.withResolvers<void>()
    const url = await gatewayToSocket((socket) => socket.resume().once('close', upstreamClosed.resolve))
    const client = request(url + PATH).on('error', () => {})
    client.end()
    await new Promise((resolve) => setTimeout(resolve, 100))
    client.destroy()
    await upstreamClosed.promise
    assert.equal((await fetch(`${url}/health`)).status, 200)
  })

  test('in the middle of an upload', async () => {
    const url = await gatewayToHttp((incoming, outgoing) => {
      incoming.resume().on('end', () => outgoing.end())
    })
    const client = request(url + PATH, { method: 'POST', headers: { 'content-length': 1_000 } }).on('error', () => {})
    client.write('some')
    await new Promise((resolve) => setTimeout(resolve, 100))
    client.destroy()
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal((await fetch(`${url}/health`)).status, 200)
  })
})

suite('hop-by-hop headers of a response', () => {
  test('end at the gateway', async () => {
    const url = await gatewayToSocket((socket) =>
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 200 OK\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nProxy-Authenticate: Basic\r\n' +
            'Keep-Alive: timeout=99\r\nX-Shown: 1\r\nContent-Length: 2\r\n\r\nok',
        ),
      ),
    )
    const response = await fetch(url + PATH)
    assert.equal(await response.text(), 'ok')
    assert.equal(response.headers.get('x-shown'), '1')
    for (const name of ['x-secret', 'proxy-authenticate']) assert.equal(response.headers.get(name), null, name)
    assert.equal(response.headers.get('connection'), 'keep-alive')
    assert.notEqual(response.headers.get('keep-alive'), 'timeout=99')
  })

  test('a client that asks to close is closed', async () => {
    const url = await gatewayToHttp((_incoming, outgoing) => outgoing.end('ok'))
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
    assert.match(await text(socket), /\r\nconnection: close\r\n/i)
  })
})

test('connections to the upstream are kept and used again', async () => {
  let connections = 0
  const url = await gatewayToHttp((incoming, outgoing) => {
    if (!incoming.socket.listenerCount('gatewarden:seen')) connections += 1
    incoming.socket.once('gatewarden:seen', () => {})
    outgoing.end('ok')
  })
  for (let count = 0; count < 10; count += 1) await (await fetch(url + PATH)).text()
  assert.equal(connections, 1)
})

suite('a WebSocket upgrade', () => {
  /** Everything that comes back on the socket until it is closed. */
  async function handshake(url: string, whenOpen: (socket: Socket) => void = () => {}): Promise<string> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.once('data', () => whenOpen(socket))
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    return text(socket)
  }

  test('with the upstream down: 502', async () => {
    const answer = await handshake(await gatewayTo(await unusedPort()))
    assert.match(answer, /^HTTP\/1\.1 502 Bad Gateway\r\n/)
    assert.match(answer, /content-type: application\/problem\+json\r\n/)
    assert.doesNotMatch(answer, /127\.0\.0\.1|\/ws/)
  })

  test('with a slow upstream: 504', async () => {
    assert.match(await handshake(await gatewayToSocket(() => {})), /^HTTP\/1\.1 504 Gateway Timeout\r\n/)
  })

  test('that the upstream breaks off afterwards: nothing more than that', async () => {
    const webSockets = new WebSocketServer({ noServer: true })
    const server = createHttpServer().on('upgrade', (incoming, socket: Socket, head) => {
      webSockets.handleUpgrade(incoming, socket, head, () => setTimeout(() => socket.resetAndDestroy(), 50))
    })
    after(() => server.close())
    const url = await gatewayTo(await listenOnFreePort(server))
    const answer = await handshake(url)
    assert.match(answer, /^HTTP\/1\.1 101 Switching Protocols\r\n/)
    assert.doesNotMatch(answer, /HTTP\/1\.1 5/)
    assert.equal((await fetch(`${url}/health`)).status, 200)
  })

  test('whose client resets the connection', async () => {
    const webSockets = new WebSocketServer({ noServer: true })
    const server = createHttpServer().on('upgrade', (incoming, socket, head) => {
      webSockets.handleUpgrade(incoming, socket, head, (webSocket) => webSocket.on('error', () => {}))
    })
    after(() => server.close())
    const url = await gatewayTo(await listenOnFreePort(server))
    await handshake(url, (socket) => socket.resetAndDestroy()).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal((await fetch(`${url}/health`)).status, 200)
  })
})

test('a gateway that closes lets a request in flight finish', async () => {
  const arrived = Promise.withResolvers<void>()
  const upstream = createHttpServer((_incoming, outgoing) => {
    arrived.resolve()
    setTimeout(() => outgoing.end('finished'), 150)
  })
  after(() => upstream.close())
  const gateway = await startGatewayTo(await listenOnFreePort(upstream), 5_000)
  const response = fetch(gateway.url + PATH)
  await arrived.promise
  const closed = gateway.close()
  assert.equal(await (await response).text(), 'finished')
  const finished = performance.now()
  await closed
  assert.ok(performance.now() - finished < 1_000)
  await assert.rejects(fetch(`${gateway.url}/health`))
  await once(upstream.close(), 'close')
})
