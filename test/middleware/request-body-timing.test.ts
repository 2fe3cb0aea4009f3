import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { AuthError, DependencyError } from '../../lib/errors.ts'
import { readBody } from '../../middleware/request-body.ts'
import { sendBytes, statusesIn } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'

const MAX_BYTES = 1_000

type Read = Uint8Array | AuthError | DependencyError

/** Serves once by this handler, and gives what it read; what comes after the head is sent as it is. */
async function serving(handler: (message: IncomingMessage) => Promise<Read>) {
  const reads: Read[] = []
  const bodies: string[] = []
  const port = await serve(async (message: IncomingMessage, response: ServerResponse) => {
    const read = await handler(message).catch((error: unknown) =>
      error instanceof DependencyError ? error : assert.fail(String(error)),
    )
    reads.push(read)
    if (read instanceof Error) return void response.writeHead(read instanceof AuthError ? read.status : 503).end()
    bodies.push((await buffer(message)).toString('latin1'))
    response.end('served')
  })
  return { port, reads, bodies }
}

/** Until all that was sent in one piece has been parsed. */
async function untilAllHasCome(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate()
}

const late = async (message: IncomingMessage) => {
  await untilAllHasCome()
  return readBody(message, MAX_BYTES)
}
const atOnce = async (message: IncomingMessage) => readBody(message, MAX_BYTES)

const BODIES: Readonly<Record<string, readonly [head: string, sent: string, body: string]>> = {
  'with its length': ['Content-Length: 3', 'abc', 'abc'],
  'with its length in more digits': ['Content-Length: 0003', 'abc', 'abc'],
  'of no length': ['Content-Length: 0', '', ''],
  'of no length in two digits': ['Content-Length: 00', '', ''],
  chunked: ['Transfer-Encoding: chunked', '2\r\nab\r\n1\r\nc\r\n0\r\n\r\n', 'abc'],
  'chunked, of no length': ['Transfer-Encoding: chunked', '0\r\n\r\n', ''],
  'with chunk extensions': ['Transfer-Encoding: chunked', '2;a=1;b="x"\r\nab\r\n1;c\r\nc\r\n0;d\r\n\r\n', 'abc'],
  'with trailers': ['Transfer-Encoding: chunked', '3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n', 'abc'],
}

for (const [when, handler] of Object.entries({ 'at once': atOnce, 'when all of it has come': late })) {
  suite(`a body that is read ${when}`, () => {
    for (const [name, [header, sent, body]] of Object.entries(BODIES)) {
      test(name, async () => {
        const { port, reads, bodies } = await serving(handler)
        const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${header}\r\n\r\n`
        assert.deepEqual(statusesIn(await sendBytes(port, head + sent, 2_000)), [200])
        assert.equal(Buffer.from(reads[0] as Uint8Array).toString(), body)
        assert.deepEqual(bodies, [body])
      })
    }

    test('of two requests in one piece, each has its own', async () => {
      const { port, bodies } = await serving(handler)
      const one = (text: string, connection: string) =>
        `POST / HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nContent-Length: 3\r\n\r\n${text}`
      const received = await sendBytes(port, one('abc', 'keep-alive') + one('def', 'close'), 2_000)
      assert.deepEqual(statusesIn(received), [200, 200])
      assert.deepEqual(bodies, ['abc', 'def'])
    })

    for (const [length, status] of [
      [MAX_BYTES, 200],
      [MAX_BYTES + 1, 413],
    ] as const) {
      for (const [framing, header, sent] of [
        ['with its length', `Content-Length: ${length}`, 'x'.repeat(length)],
        ['chunked', 'Transfer-Encoding: chunked', `${length.toString(16)}\r\n${'x'.repeat(length)}\r\n0\r\n\r\n`],
      ] as const) {
        test(`of ${length} bytes, ${framing}: ${status}`, async () => {
          const { port } = await serving(handler)
          const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${header}\r\n\r\n`
          assert.deepEqual(statusesIn(await sendBytes(port, head + sent, 2_000)), [status])
        })
      }
    }
  })
}

suite('readers', () => {
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\n'

  test('that come while it is read get the same, by their own limits', async () => {
    const results: unknown[] = []
    const { port } = await serving(async (message) => {
      const first = readBody(message, MAX_BYTES)
      results.push(...(await Promise.all([first, readBody(message, 3), readBody(message, 2)])))
      return first
    })
    await sendBytes(port, `${head}abc`, 2_000)
    const [first, second, third] = results
    assert.ok(first instanceof Uint8Array && first === second)
    assert.ok(third instanceof AuthError && third.status === 413)
  })

  test('that have set an encoding before left no bytes: told, and nothing is thrown into the void', async () => {
    const { port, reads } = await serving(async (message) => {
      message.setEncoding('utf8')
      return readBody(message, MAX_BYTES)
    })
    assert.deepEqual(statusesIn(await sendBytes(port, `${head}abc`, 2_000)), [503])
    assert.ok(reads[0] instanceof DependencyError && /keepRawBody/.test(reads[0].message))
  })
})

test('a client that is gone before anybody reads leaves nobody waiting', async () => {
  let told: (read: Read) => void = () => undefined
  const read = new Promise<Read>((resolve) => {
    told = resolve
  })
  const port = await serve(async (message: IncomingMessage) => {
    await new Promise((resolve) => message.once('close', resolve))
    told(await readBody(message, MAX_BYTES))
  })
  await sendBytes(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf', 50)
  const result = await read
  assert.ok(result instanceof AuthError && result.reason === 'body broken off')
})

test('the connection goes on after a body that nobody takes behind us', async () => {
  const large = 'x'.repeat(900_000)
  let count = 0
  const port = await serve(async (message: IncomingMessage, response: ServerResponse) => {
    count++
    const body = await readBody(message, 1_000_000)
    response.writeHead(body instanceof AuthError ? body.status : 401).end()
  })
  const one = (connection: string) =>
    `POST / HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nContent-Length: ${large.length}\r\n\r\n${large}`
  const received = await sendBytes(port, one('keep-alive') + one('keep-alive') + one('close'), 5_000)
  assert.deepEqual(statusesIn(received), [401, 401, 401])
  assert.equal(count, 3)
})
