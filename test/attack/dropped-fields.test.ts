import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import { anonymous, boundary } from '../../middleware/index.ts'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendBytes, statusesIn } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'

const gateway = await attackedGateway()

const INNER =
  'POST /admin/users HTTP/1.1\r\nHost: x\r\nX-User-ID: alice\r\nX-User-Roles: admin\r\nContent-Length: 0\r\n\r\n'

/** Some Node.js drops the fields after the thousandth, and still frames the body by them. */
function smuggling(method: string, fields: number): string {
  const padding = 'a:\r\n'.repeat(fields)
  const head = `${method} /public/x HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n${padding}Transfer-Encoding: chunked\r\n\r\n`
  return `${head}${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`
}

suite('header fields that a server drops', () => {
  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS']) {
    for (const fields of [250, 998, 999, 1_000, 1_010, 2_100]) {
      test(`smuggle nothing past the boundary: ${method} with ${fields} fields before the framing`, async () => {
        const statuses = statusesIn(await sendBytes(gateway.port, smuggling(method, fields)))
        assert.ok(statuses.length <= 1 && [400, 431, undefined].includes(statuses[0]), statuses.join())
        assert.deepEqual(gateway.upstream.take(), [])
      })
    }
  }

  test('nor where the app has lowered the limit', async () => {
    const gate = boundary({ authenticate: anonymous() })
    let reached = 0
    const server = createServer((request, response) => {
      gate(request, response, () => {
        reached++
        response.end()
      })
    })
    server.maxHeadersCount = 20
    const port = await serve(server)
    const bytes = `GET / HTTP/1.1\r\nHost: x\r\n${'a:\r\n'.repeat(30)}Connection: close\r\n\r\n`
    assert.ok([400, 431].includes(statusesIn(await sendBytes(port, bytes))[0] ?? 0))
    assert.equal(reached, 0)
  })
})
