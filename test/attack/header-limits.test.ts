import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusesIn, statusOf } from '../support/raw-tcp.ts'

const gateway = await attackedGateway()
const key = `X-API-Key: ${gateway.apiKey}`

const send = async (target: string, ...headers: readonly string[]) =>
  statusOf(await sendRequestLines(gateway.port, { target, headers }))

const junk = (count: number) => Array.from({ length: count }, () => 'a:')

suite('too much of headers', () => {
  test('is 431, before anybody is asked', async () => {
    assert.equal(await send('/public/welcome', ...junk(2_000)), 431)
    assert.equal(await send('/public/welcome', `X-Junk: ${'x'.repeat(17_000)}`), 431)
    assert.equal(await send(`/public/${'x'.repeat(17_000)}`), 431)
    assert.equal(await send('/echo', key, `X-Junk: ${'x'.repeat(17_000)}`), 431)
    assert.deepEqual(gateway.upstream.take(), [])
  })

  // A server that cuts the list off would not see what is behind: a second credential, or how the body is framed.
  test('hides nothing: what is at the end of a long list is seen, or the request refused', async () => {
    for (const count of [900, 998, 999, 1_000, 1_999, 2_000, 2_001]) {
      assert.ok([400, 431].includes(await send('/echo', key, ...junk(count), key)), String(count))
      assert.ok([400, 431].includes(await send('/echo', ...junk(count), 'Host: 127.0.0.1', 'Host: 127.0.0.1', key)))
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('hides no body: the framing at the end of a long list is that of the one request that goes on', async () => {
    const smuggled = 'GET /admin HTTP/1.1\r\nHost: 127.0.0.1\r\nX-User-ID: root\r\nX-User-Roles: admin\r\n\r\n'
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'POST']) {
      for (const count of [900, 997, 1_000, 2_000]) {
        const headers = [...junk(count), `Content-Length: ${smuggled.length}`]
        const answer = await sendRequestLines(gateway.port, { method, target: '/public/x', headers, body: smuggled })
        assert.equal(statusesIn(answer).length, 1)
        for (const { target } of gateway.upstream.take()) assert.equal(target, '/public/x')
      }
    }
  })

  test('within the limits is no reason to refuse', async () => {
    assert.equal(await send('/echo', key, ...junk(190)), 200)
    assert.equal(await send('/echo', key, `X-Junk: ${'x'.repeat(12_000)}`), 200)
    assert.equal(gateway.upstream.take().length, 2)
  })

  test('leaves no trace: the next request is as good as ever', async () => {
    assert.equal(await send('/echo', key), 200)
    gateway.upstream.take()
  })
})
