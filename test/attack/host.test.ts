import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { handshake } from '../support/raw-exchange.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'

const gateway = await attackedGateway()
const bearer = `Authorization: Bearer ${gateway.token()}`

const send = async (target: string, ...headers: readonly string[]) =>
  statusOf(await sendRequestLines(gateway.port, { target, headers }))

suite('the Host header', () => {
  const OTHERS = [
    ...[
      'evil.example.test',
      '192.0.2.1',
      'evillocalhost',
      'evil.localhost',
      'localhost.evil.test',
      '127.0.0.2',
      '[::2]',
    ],
    ...['xn--lcalhost-9db', '0.0.0.0', '[::ffff:127.0.0.1]', '127.1', '2130706433', 'evillocalhost:3000'],
  ]
  for (const host of OTHERS) {
    test(`${host} is of another server: 421`, async () => {
      for (const target of ['/public/welcome', '/echo']) assert.equal(await send(target, `Host: ${host}`, bearer), 421)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  const BROKEN = [
    ...['', 'localhost, evil.test', 'localhost evil.test', 'user@localhost', 'evil.test@localhost', 'localhost/x', '/'],
    ...[
      'localhost:port',
      'localhost..',
      'a..localhost',
      'localhost:99999',
      'localhost:',
      'localhost:80:80',
      'http://localhost',
      'l\xf6calhost',
      '::1',
    ],
    ...['localhost#', 'localhost?x', 'a;for=10.0.0.1,for=1.1.1.1', 'localhost";for=1', '[::1', '[::1]x', 'local\\host'],
    ...['%6cocalhost', '*', '.localhost', '-', `${'a'.repeat(300)}.test`, 'localhost\tx', '{host}', '[fe80::1%25lo]'],
  ]
  for (const host of BROKEN) {
    test(`${JSON.stringify(host.slice(0, 40))} is none: 400`, async () => {
      for (const target of ['/public/welcome', '/echo']) assert.equal(await send(target, `Host: ${host}`, bearer), 400)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  for (const host of ['LOCALHOST', 'LocalHost:80', 'localhost.', 'localhost:65535', '[::1]:8080', '127.0.0.1:1']) {
    test(`${host} is of this server, and goes on as it was sent`, async () => {
      assert.equal(await send('/echo', `Host: ${host}`, bearer), 200)
      assert.equal(await send('/admin', `Host: ${host}`, bearer), 403)
      const [record] = gateway.upstream.take()
      assert.ok(record)
      assert.deepEqual(foldedValues(record, 'host'), [host])
      assert.deepEqual(foldedValues(record, 'x-forwarded-host'), [host])
    })
  }

  test('is missing: 400 in HTTP/1.1, and of no server in HTTP/1.0', async () => {
    const withoutHost = (version: string) => `GET /public/welcome HTTP/${version}\r\nConnection: close\r\n\r\n`
    const { sendBytes } = await import('../support/raw-tcp.ts')
    assert.equal(statusOf(await sendBytes(gateway.port, withoutHost('1.1'))), 400)
    assert.equal(statusOf(await sendBytes(gateway.port, withoutHost('1.0'))), 421)
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('is not replaced by another header', async () => {
    const others = [
      'X-Forwarded-Host: localhost',
      'X-Host: localhost',
      'X-Original-Host: localhost',
      'Forwarded: host=a',
    ]
    assert.equal(await send('/echo', 'Host: evil.example.test', bearer, ...others), 421)
    assert.equal(
      await send('/echo', 'Host: localhost', bearer, ...others.map((line) => line.replace('localhost', 'e'))),
      200,
    )
    const [record, ...more] = gateway.upstream.take()
    assert.ok(record)
    assert.deepEqual(more, [])
    assert.deepEqual(foldedValues(record, 'x-forwarded-host'), ['localhost'])
    for (const name of ['x-host', 'x-original-host', 'forwarded']) assert.deepEqual(foldedValues(record, name), [])
  })

  test('counts on an upgrade too', async () => {
    const [, , ...rest] = handshake('/ws', bearer)
    assert.equal(await send('/ws', 'Host: evil.example.test', ...rest), 421)
    assert.deepEqual(gateway.upstream.take(), [])
  })
})
