import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'

const gateway = await attackedGateway()
const ORIGIN = 'Origin: https://app.example.test'
const ASKS = [ORIGIN, 'Access-Control-Request-Method: DELETE', 'Access-Control-Request-Headers: authorization']

const send = async (method: string, target: string, headers: readonly string[]) =>
  statusOf(await sendRequestLines(gateway.port, { method, target, headers }))

/** A gateway that lets preflights pass without a credential lets everyone pass who looks like one. */
suite('what looks like a CORS preflight', () => {
  for (const target of ['/orders/1', '/admin', '/admin/keys', '/echo', '/ws', '/nothing']) {
    test(`to ${target} is not proxied without a credential`, async () => {
      for (const headers of [ASKS, [ORIGIN], [], ASKS.slice(1), [...ASKS, 'X-User-ID: root', 'Cookie: session=1']]) {
        assert.equal(await send('OPTIONS', target, headers), 401)
      }
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('and is no OPTIONS is nothing special', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) assert.equal(await send(method, '/orders/1', ASKS), 401)
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('and has a credential needs what any request of its method needs', async () => {
    const editor = `Authorization: Bearer ${gateway.token({ scope: 'read:orders' })}`
    assert.equal(await send('OPTIONS', '/orders/1', [...ASKS, editor]), 403)
    assert.equal(await send('OPTIONS', '/admin', [...ASKS, editor]), 403)
    assert.deepEqual(gateway.upstream.take(), [])
    assert.equal(await send('OPTIONS', '/echo', [...ASKS, editor]), 200)
    assert.equal(gateway.upstream.take().length, 1)
  })

  test('to a public route goes on without identity and credentials', async () => {
    const headers = [...ASKS, 'X-User-ID: root', `Authorization: Bearer ${gateway.token()}`]
    assert.equal(await send('OPTIONS', '/public/welcome', headers), 200)
    const [record] = gateway.upstream.take()
    assert.ok(record)
    for (const name of ['x-user-id', 'authorization', 'x-client-id', 'x-auth-method']) {
      assert.deepEqual(foldedValues(record, name), [])
    }
  })
})
