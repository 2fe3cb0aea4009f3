import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import type { Schedule } from '../../lib/effects.ts'
import { type BoundaryMiddlewareOptions, boundary } from '../../middleware/boundary.ts'
import { principalOf } from '../../middleware/principal-of.ts'
import { NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { decisionEvents } from '../support/decision-events.ts'
import { answeringAuthenticator, headerAuthenticator } from '../support/fake-authenticator.ts'
import { principal } from '../support/outcomes.ts'
import { exchangeRaw, handshake, openRaw } from '../support/raw-exchange.ts'
import { serve } from '../support/serve.ts'
import { startUpgradeServer } from '../support/upgrade-server.ts'

const alice = principal({ subject: 'alice', method: 'x-api-key', expiresAt: NOW + 60 })
const forever = principal({ subject: 'forever', method: 'x-api-key' })
const expired = principal({ subject: 'expired', method: 'x-api-key', expiresAt: NOW })
const authenticate = headerAuthenticator('x-api-key', { alice, forever, expired })
const ROUTES = [
  { path: '/ws', authenticated: true },
  { path: '/admin', roles: ['admin'] },
  { path: '/public', public: true },
] as const
const ALICE = 'X-API-Key: alice'

/** Waits for the end of a socket, by an error or without. */
function closing(socket: Duplex): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

const upgradeServer = (options: Partial<BoundaryMiddlewareOptions> = {}) =>
  startUpgradeServer({ authenticate, routes: ROUTES, now: () => NOW, ...options })

suite('an accepted upgrade', async () => {
  const { port, accepted } = await upgradeServer()

  test('goes on with the real identity, and asks to upgrade', async () => {
    const forged = ['X-User-ID: root', 'x_user_roles: admin', 'Sec-WebSocket-Protocol: chat']
    const socket = await openRaw(port, handshake('/%77s?a=b', ALICE, ...forged))
    await once(socket, 'data')
    socket.destroy()
    const { request } = accepted.at(-1) ?? assert.fail()
    assert.equal(request.url, '/ws?a=b')
    const { 'x-request-id': _id, 'sec-websocket-key': _key, ...headers } = request.headers
    assert.deepEqual(
      { ...headers },
      {
        host: 'api.example.test',
        'sec-websocket-version': '13',
        'sec-websocket-protocol': 'chat',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'api.example.test',
        'x-user-id': 'alice',
        'x-auth-method': 'x-api-key',
      },
    )
    assert.ok(!/root|admin/.test(request.rawHeaders.join()))
    assert.equal(principalOf(request), alice)
  })

  test('of a public route has no identity', async () => {
    const socket = await openRaw(port, handshake('/public', ALICE))
    await once(socket, 'data')
    socket.destroy()
    const { request } = accepted.at(-1) ?? assert.fail()
    assert.equal(principalOf(request), undefined)
    assert.ok(!('x-user-id' in request.headers) && !('x-api-key' in request.headers))
  })
})

suite('a refused upgrade is answered on the socket, which then closes', async () => {
  const { port, accepted, verdicts } = await upgradeServer({ origins: ['https://app.example.test'] })
  const without = (name: string) => handshake('/ws', ALICE).filter((line) => !line.startsWith(name))
  const cases: Readonly<Record<string, readonly [readonly string[], number, string]>> = {
    'nothing presented': [handshake('/ws'), 401, 'unauthenticated'],
    'a bad credential': [handshake('/ws', 'X-API-Key: bad'), 401, 'invalid_token'],
    'two credentials': [handshake('/ws', ALICE, ALICE), 400, 'invalid_request'],
    'a role that is missing': [handshake('/admin', ALICE), 403, 'access_denied'],
    'a route that no rule names': [handshake('/none', ALICE), 403, 'access_denied'],
    'a path that is not canonical': [handshake('/x/../ws', ALICE), 400, 'invalid_request'],
    'another origin': [handshake('/ws', ALICE, 'Origin: https://evil.test'), 403, 'access_denied'],
    'no WebSocket key': [without('Sec-WebSocket-Key'), 400, 'invalid_request'],
    h2c: [['GET /ws HTTP/1.1', 'Host: a.test', 'Upgrade: h2c', 'Connection: Upgrade', ALICE], 400, 'invalid_request'],
    'a method that is not GET': [handshake('/ws', ALICE).with(0, 'POST /ws HTTP/1.1'), 400, 'invalid_request'],
  }
  for (const [name, [lines, status, code]] of Object.entries(cases)) {
    test(`${name}: ${status}`, async () => {
      const answer = await exchangeRaw(port, lines)
      const [head = '', body = ''] = answer.split('\r\n\r\n')
      assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`))
      assert.match(head, /\r\nconnection: close(\r\n|$)/)
      assert.match(head, /\r\ncontent-type: application\/problem\+json(\r\n|$)/)
      assert.ok(head.includes(`content-length: ${body.length}`))
      assert.equal(JSON.parse(body).code, code)
    })
  }
  test('and nothing went on', () => {
    assert.equal(accepted.length, 0)
    assert.ok(verdicts.length > 0 && verdicts.every((verdict) => verdict === false))
  })
  test('an allowed origin may', async () => {
    const socket = await openRaw(port, handshake('/ws', ALICE, 'Origin: https://app.example.test'))
    await once(socket, 'data')
    socket.destroy()
  })
})

test('without an upgrade listener, an upgrade is refused as a request', async () => {
  const guarded = boundary({ authenticate, routes: ROUTES })
  const port = await serve((request, response) => guarded(request, response, () => response.end('handled')))
  const answer = await exchangeRaw(port, handshake('/public').with(3, 'Connection: Upgrade, close'))
  assert.match(answer, /^HTTP\/1\.1 400 /)
})

suite('a socket does not outlive its credential', () => {
  function manualSchedule() {
    const pending: { readonly delayMs: number; readonly run: () => void }[] = []
    let cancelled = 0
    const schedule: Schedule = (run, delayMs) => {
      pending.push({ run, delayMs })
      return () => void cancelled++
    }
    return { schedule, pending, cancelled: () => cancelled }
  }

  test('it closes at expiresAt', async () => {
    const clock = testClock()
    const { schedule, pending } = manualSchedule()
    const { port } = await upgradeServer({ now: clock.now, schedule })
    const socket = await openRaw(port, handshake('/ws', ALICE))
    await once(socket, 'data')
    assert.deepEqual(
      pending.map(({ delayMs }) => delayMs),
      [60_000],
    )
    clock.advance(60)
    const closed = text(socket)
    pending[0]?.run()
    await closed
  })

  test('a timer that rings early waits for the rest', async () => {
    const clock = testClock()
    const { schedule, pending } = manualSchedule()
    const { port, accepted } = await upgradeServer({ now: clock.now, schedule })
    const socket = await openRaw(port, handshake('/ws', ALICE))
    await once(socket, 'data')
    clock.advance(59)
    pending[0]?.run()
    assert.ok(!accepted[0]?.socket.destroyed)
    assert.deepEqual(
      pending.map(({ delayMs }) => delayMs),
      [60_000, 1_000],
    )
    clock.advance(1)
    pending[1]?.run()
    assert.ok(accepted[0]?.socket.destroyed)
    socket.destroy()
  })

  test('a credential of years is waited for in steps that a timer knows', async () => {
    const years = principal({ expiresAt: NOW + 10 * 365 * 86_400 })
    const { schedule, pending } = manualSchedule()
    const { port } = await upgradeServer({ authenticate: headerAuthenticator('x-api-key', { alice: years }), schedule })
    const socket = await openRaw(port, handshake('/ws', ALICE))
    await once(socket, 'data')
    assert.deepEqual(
      pending.map(({ delayMs }) => delayMs),
      [2 ** 31 - 1],
    )
    pending[0]?.run()
    assert.equal(pending.length, 2)
    socket.destroy()
  })

  test('one that closes before cancels the wait', async () => {
    const { schedule, pending, cancelled } = manualSchedule()
    const { port, accepted } = await upgradeServer({ schedule })
    const socket = await openRaw(port, handshake('/ws', ALICE))
    await once(socket, 'data')
    const closed = closing(accepted[0]?.socket ?? assert.fail())
    socket.resetAndDestroy()
    await closed
    assert.deepEqual([pending.length, cancelled()], [1, 1])
  })

  test('a credential without an end is not waited for', async () => {
    const { schedule, pending } = manualSchedule()
    const { port } = await upgradeServer({ schedule })
    const socket = await openRaw(port, handshake('/ws', 'X-API-Key: forever'))
    await once(socket, 'data')
    assert.equal(pending.length, 0)
    socket.destroy()
  })

  test('a credential that has just ended opens none: the verdict is no', async () => {
    const { port, verdicts } = await upgradeServer()
    await exchangeRaw(port, handshake('/ws', 'X-API-Key: expired'))
    assert.deepEqual(verdicts, [false])
  })
})

suite('a client that breaks off', () => {
  test('while the authenticator is thinking is not gone on with', async () => {
    const thinking = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const slow = answeringAuthenticator(async () => {
      asked.resolve()
      await thinking.promise
      return { outcome: 'authenticated', principal: alice }
    })
    const { port, server, verdicts } = await upgradeServer({ authenticate: slow })
    const upgraded = once(server, 'upgrade')
    const socket = await openRaw(port, handshake('/ws', ALICE))
    const [, serverSocket] = (await upgraded) as [IncomingMessage, Duplex]
    await asked.promise
    const closed = closing(serverSocket)
    socket.resetAndDestroy()
    await closed
    thinking.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(verdicts, [false])
  })

  test('by a reset does not end the process, before and after the verdict', async () => {
    const { port, accepted } = await upgradeServer()
    for (const key of ['alice', 'bad']) {
      const socket = await openRaw(port, handshake('/ws', `X-API-Key: ${key}`))
      socket.on('error', () => undefined)
      await once(socket, 'data')
      socket.resetAndDestroy()
    }
    const { socket } = accepted[0] ?? assert.fail()
    if (!socket.destroyed) await closing(socket)
    socket.emit('error', new Error('late'))
  })
})

test('a failed dependency is 503 on the socket, and never a rejection', async () => {
  const failing = answeringAuthenticator(async () => {
    throw undefined
  })
  const { port, verdicts } = await upgradeServer({ authenticate: failing })
  assert.match(
    await exchangeRaw(port, handshake('/ws', ALICE)),
    /^HTTP\/1\.1 503 Service Unavailable\r\n.*retry-after: 1/s,
  )
  assert.deepEqual(verdicts, [false])
})

suite('an upgrade', () => {
  const events = decisionEvents()
  test('is an event', async () => {
    const { port } = await upgradeServer()
    await exchangeRaw(port, handshake('/ws'))
    assert.deepEqual(
      events.map(({ entrance, status }) => [entrance, status]),
      [['upgrade', 401]],
    )
  })
})

test('a real WebSocket goes through', async () => {
  const guarded = boundary({ authenticate, routes: ROUTES, now: () => NOW })
  const sockets = new WebSocketServer({ noServer: true })
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)))
  const server = createServer()
  server.on('upgrade', async (request, socket, head) => {
    if (await guarded.upgrade(request, socket, head))
      sockets.handleUpgrade(request, socket, head, (each) => sockets.emit('connection', each))
  })
  const port = await serve(server)
  const client = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { 'X-API-Key': 'forever' } })
  await once(client, 'open')
  client.send('hello')
  const [data] = (await once(client, 'message')) as [Buffer]
  assert.equal(String(data), 'echo hello')
  client.terminate()
})
