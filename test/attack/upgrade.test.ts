import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { handshake } from '../support/raw-exchange.ts'
import { sendBytes, sendRequestLines, statusesIn, statusOf } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'

const gateway = await attackedGateway()
const bearer = (claims: Readonly<Record<string, unknown>> = {}) => `Authorization: Bearer ${gateway.token(claims)}`
const host = `Host: 127.0.0.1:${gateway.port}`
const past = Math.floor(Date.now() / 1000) - 600

/** The lines of a handshake; `undefined` takes a line away. */
function lines(path: string, headers: readonly string[], changes: Readonly<Record<string, string | undefined>> = {}) {
  return handshake(path, ...headers).flatMap((line) => {
    const name = line.split(':')[0] ?? ''
    if (name === 'Host' && !('Host' in changes)) return [host]
    if (!(name in changes)) return [line]
    const value = changes[name]
    return value === undefined ? [] : [`${name}: ${value}`]
  })
}

const shake = (sent: readonly string[], body = '') =>
  sendBytes(gateway.port, `${sent.join('\r\n')}\r\n\r\n${body}`, 2_000)

suite('an upgrade that is refused', () => {
  const good = bearer()
  const refused: Readonly<Record<string, readonly [status: number, lines: readonly string[]]>> = {
    'without a credential': [401, lines('/ws', [])],
    'with a forged identity only': [401, lines('/ws', ['X-User-ID: root', 'x_user_id: root', 'X-Auth-Method: jwt'])],
    'with an expired token': [401, lines('/ws', [bearer({ exp: past, iat: past - 60 })])],
    'with a token of another audience': [401, lines('/ws', [bearer({ aud: 'https://other.example.test' })])],
    'with a token in the URL': [400, lines(`/ws?access_token=${gateway.token()}`, [])],
    'with a token as a subprotocol': [401, lines('/ws', [`Sec-WebSocket-Protocol: bearer, ${gateway.token()}`])],
    'with a token in a cookie': [401, lines('/ws', [`Cookie: access_token=${gateway.token()}`])],
    'with two credentials': [400, lines('/ws', [good, `X-API-Key: ${gateway.apiKey}`])],
    'from a page of another origin': [403, lines('/ws', [good, 'Origin: https://evil.example.test'])],
    'from a page without an origin': [403, lines('/ws', [good, 'Origin: null'])],
    'from an origin that begins as the host does': [403, lines('/ws', [good, `Origin: http://127.0.0.1.evil.test`])],
    'from another port of the host': [403, lines('/ws', [good, 'Origin: http://127.0.0.1:1'])],
    'from two origins': [403, lines('/ws', [good, `Origin: http://127.0.0.1:${gateway.port}, https://evil.test`])],
    'to a path that no rule names': [403, lines('/nothing', [good])],
    'to what only admins may': [403, lines('/admin', [good])],
    'to another spelling of a path': [400, lines('/public/../ws', [good])],
    'to a path with an empty segment': [400, lines('//ws', [good])],
    'to an absolute target': [400, lines('http://127.0.0.1/ws', [good])],
    'to h2c': [400, lines('/ws', [good], { Upgrade: 'h2c' })],
    'to h2c on a public route': [400, lines('/public/welcome', [], { Upgrade: 'h2c' })],
    'to WebSocket or h2c': [400, lines('/ws', [good], { Upgrade: 'WebSocket, h2c' })],
    'to h2c with its settings': [
      400,
      lines('/ws', [good, 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'], {
        Upgrade: 'h2c',
        Connection: 'Upgrade, HTTP2-Settings',
      }),
    ],
    'to TLS': [400, lines('/ws', [good], { Upgrade: 'TLS/1.0' })],
    'to WebSocket with a version': [400, lines('/ws', [good], { Upgrade: 'websocket/13' })],
    'of version 777': [400, lines('/ws', [good], { 'Sec-WebSocket-Version': '777' })],
    'of version 8 and 13': [400, lines('/ws', [good], { 'Sec-WebSocket-Version': '8, 13' })],
    'without a version': [400, lines('/ws', [good], { 'Sec-WebSocket-Version': undefined })],
    'without a key': [400, lines('/ws', [good], { 'Sec-WebSocket-Key': undefined })],
    'with a key that is too short': [400, lines('/ws', [good], { 'Sec-WebSocket-Key': 'AAAA' })],
    'with two keys': [400, lines('/ws', [good, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='])],
    'by POST': [400, lines('/ws', [good]).with(0, 'POST /ws HTTP/1.1')],
    'by OPTIONS': [400, lines('/ws', [good]).with(0, 'OPTIONS /ws HTTP/1.1')],
    'by HTTP/1.0': [400, lines('/ws', [good]).with(0, 'GET /ws HTTP/1.0')],
    'with a body that is announced': [400, lines('/ws', [good, 'Content-Length: 5'])],
    'with a body in chunks': [400, lines('/ws', [good, 'Transfer-Encoding: chunked'])],
    'for another host': [421, lines('/ws', [good], { Host: 'evil.example.test' })],
  }
  for (const [name, [status, sent]] of Object.entries(refused)) {
    test(`${name} is answered ${status}, and the connection closed`, async () => {
      const answer = await shake(sent)
      assert.deepEqual(statusesIn(answer), [status])
      assert.match(answer, /\r\nconnection: close\r\n/i)
      assert.match(answer, /\r\ncontent-type: application\/problem\+json\r\n/i)
      if (status === 401) assert.match(answer, /\r\nwww-authenticate: /i)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('takes what is behind it to nobody', async () => {
    const smuggled = `GET /public/smuggled HTTP/1.1\r\n${host}\r\n\r\n`
    for (const sent of [lines('/ws', []), lines('/ws', [bearer()], { Upgrade: 'h2c' })]) {
      assert.equal(statusesIn(await shake(sent, smuggled)).length, 1)
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })
})

suite('an upgrade that is allowed', () => {
  test('says who it is, and nothing that was forged', async () => {
    const forged = ['X-User-ID: root', 'X_User_Roles: admin', 'x-tenant-id: evil', 'X-Forwarded-For: 10.0.0.1']
    const listed = { Connection: 'Upgrade, X-User-ID, X-Tenant-ID, X-Forwarded-For' }
    assert.equal(statusOf(await shake(lines('/ws?a=b', [bearer(), ...forged], listed))), 101)
    const [record] = gateway.upstream.take()
    assert.ok(record)
    assert.equal(record.target, '/ws?a=b')
    assert.deepEqual(foldedValues(record, 'x-user-id'), ['alice'])
    assert.deepEqual(foldedValues(record, 'x-user-roles'), ['editor'])
    assert.deepEqual(foldedValues(record, 'x-tenant-id'), ['tenant_xyz'])
    assert.deepEqual(foldedValues(record, 'x-forwarded-for'), ['127.0.0.1'])
    assert.deepEqual(foldedValues(record, 'authorization'), [])
    assert.deepEqual(
      foldedValues(record, 'connection').map((value) => value.toLowerCase()),
      ['upgrade'],
    )
    assert.deepEqual(foldedValues(record, 'upgrade'), ['websocket'])
  })

  test('may come from a page of the same host, and from no page', async () => {
    const own = `Origin: http://127.0.0.1:${gateway.port}`
    for (const headers of [[bearer()], [bearer(), own], [`X-API-Key: ${gateway.apiKey}`]]) {
      assert.equal(statusOf(await shake(lines('/ws', headers))), 101)
    }
    assert.equal(gateway.upstream.take().length, 3)
  })
})

test('a client that resets the connection at any time leaves a gateway that works', async () => {
  for (const headers of [[], [bearer()], ['Authorization: Bearer x.y.z']]) {
    for (const wait of [false, true]) {
      const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(`${lines('/ws', headers).join('\r\n')}\r\n\r\n`)
      if (wait) await once(socket, 'data')
      socket.resetAndDestroy()
    }
  }
  assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/health' })), 200)
})
