import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { createDrainableServer } from '../../examples/gateway/server.ts'
import { handshake } from '../support/raw-exchange.ts'
import { serve } from '../support/serve.ts'

let reached = 0
const { server } = createDrainableServer(
  (request, response) => {
    reached++
    request.on('end', () => response.end()).on('error', () => undefined)
    request.resume()
  },
  () => reached++,
)
// Only the times are shorter than the example's: a test has no ten seconds.
Object.assign(server, { headersTimeout: 40, requestTimeout: 80, keepAliveTimeout: 40 })
const port = await serve(server)

/** Writes a beginning, then a byte now and then, and returns what comes back until the server closes. */
async function drip(beginning: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  socket.write(beginning)
  const timer = setInterval(() => socket.write('x'), 30)
  try {
    return await text(socket)
  } catch (error) {
    // A byte that is on its way when the server closes is answered by a reset, which takes back what was not read yet.
    assert.match(String((error as NodeJS.ErrnoException).code), /^(?:ECONNRESET|EPIPE)$/)
    return ''
  } finally {
    clearInterval(timer)
    socket.destroy()
  }
}

suite("a client that never comes to its end is ended by the example's server:", { concurrency: true }, () => {
  const halfUpgrade = handshake('/ws').slice(0, -1).join('\r\n')
  const beginnings: Readonly<Record<string, string>> = {
    'in the request line': 'GET /echo',
    'in a header': 'GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ',
    'in the middle of an upgrade': `${halfUpgrade}\r\nX-Slow: `,
    'in a chunk': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n',
    'in a body of a length': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n',
  }
  for (const [name, beginning] of Object.entries(beginnings)) {
    test(name, { timeout: 8_000 }, async () => {
      assert.match(await drip(beginning), /^$|^HTTP\/1\.1 408 /)
    })
  }

  test('in silence', { timeout: 8_000 }, async () => {
    const socket = connect(port, '127.0.0.1')
    assert.match(await text(socket), /^$|^HTTP\/1\.1 408 /)
  })

  test('between two requests', { timeout: 8_000 }, async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.match(await text(socket), /^HTTP\/1\.1 200 /)
  })
})
