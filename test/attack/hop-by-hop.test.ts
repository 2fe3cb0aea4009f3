import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { IDENTITY_HEADERS } from '../../lib/index.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues, type Recorded } from '../support/recording-upstream.ts'

/** A hop that obeys RFC 9110 §7.6.1: it removes what `Connection` lists before the application looks. */
function behindAnotherHop(record: Recorded): Recorded {
  const listed = foldedValues(record, 'connection').flatMap((value) =>
    value.split(',').map((name) => name.trim().toLowerCase()),
  )
  const rawHeaders = record.rawHeaders.filter((_, index) => {
    const name = record.rawHeaders[index - (index % 2)] ?? ''
    return !listed.includes(name.toLowerCase())
  })
  return { ...record, rawHeaders }
}

const gateway = await attackedGateway()
const bearer = `Authorization: Bearer ${gateway.token()}`

suite('a hop-by-hop header', () => {
  async function arrived(...headers: readonly string[]): Promise<Recorded> {
    const answer = await sendRequestLines(gateway.port, { target: '/echo', headers: [bearer, ...headers] })
    assert.equal(statusOf(answer), 200)
    const [record, ...more] = gateway.upstream.take()
    assert.ok(record)
    assert.deepEqual(more, [])
    return record
  }

  const lists = [
    'close, X-User-ID, X-User-Roles',
    'X-USER-ID, keep-alive',
    'close, x-user-id , x-tenant-id,x-client-id',
    `close, ${Object.values(IDENTITY_HEADERS).join(', ')}`,
    'close, X-Forwarded-For, X-Forwarded-Proto',
    'close, Authorization, Cookie, Host, Content-Length, Transfer-Encoding',
  ]
  for (const list of lists) {
    test(`cannot take away what the gateway says: Connection: ${list}`, async () => {
      const record = behindAnotherHop(await arrived(`Connection: ${list}`, 'X-User-ID: evil', 'X-User-Roles: admin'))
      assert.deepEqual(foldedValues(record, 'x-user-id'), ['alice'])
      assert.deepEqual(foldedValues(record, 'x-user-roles'), ['editor'])
      assert.deepEqual(foldedValues(record, 'x-tenant-id'), ['tenant_xyz'])
      assert.deepEqual(foldedValues(record, 'x-forwarded-for'), ['127.0.0.1'])
      assert.equal(foldedValues(record, 'host').length, 1)
    })
  }

  test('that the client lists takes its own header away', async () => {
    const record = await arrived('Connection: close, X-Trace', 'X-Trace: 1', 'X-Kept: 2')
    assert.deepEqual(foldedValues(record, 'x-trace'), [])
    assert.deepEqual(foldedValues(record, 'x-kept'), ['2'])
  })

  test('does not go on', async () => {
    const names = ['TE', 'Trailer', 'Keep-Alive', 'Proxy-Authorization', 'Proxy-Connection', 'HTTP2-Settings', 'Proxy']
    const record = await arrived(...names.map((name) => `${name}: trailers`))
    for (const name of [...names, 'upgrade', 'expect']) assert.deepEqual(foldedValues(record, name), [], name)
  })

  test('called Expect changes nothing but the interim answer', async () => {
    const headers = [bearer, 'Expect: 100-continue', 'X-User-ID: admin', 'Content-Length: 2']
    const answer = await sendRequestLines(gateway.port, { method: 'POST', target: '/echo', headers, body: 'hi' })
    assert.match(answer, /^HTTP\/1\.1 100 Continue/)
    const [record] = gateway.upstream.take()
    assert.ok(record)
    assert.deepEqual(foldedValues(record, 'x-user-id'), ['alice'])
    for (const name of ['authorization', 'expect']) assert.deepEqual(foldedValues(record, name), [])
    assert.equal(record.body, 'hi')
  })

  test('called Expect that nobody can meet is 417', async () => {
    const headers = [bearer, 'Expect: foo', 'X-User-ID: admin']
    assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/echo', headers })), 417)
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('in a trailer is not forwarded', async () => {
    const headers = [bearer, 'Transfer-Encoding: chunked', 'Trailer: X-User-ID']
    const body = '2\r\nhi\r\n0\r\nX-User-ID: evil\r\n\r\n'
    assert.equal(
      statusOf(await sendRequestLines(gateway.port, { method: 'POST', target: '/echo', headers, body })),
      200,
    )
    const [record] = gateway.upstream.take()
    assert.ok(record)
    assert.deepEqual(foldedValues(record, 'x-user-id'), ['alice'])
    assert.equal(record.body, 'hi')
  })
})
