import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import { after, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { AuthError, DependencyError } from '../../lib/errors.ts'
import { forwardRawBody, keepRawBody, readBody } from '../../middleware/request-body.ts'
import { listenOnFreePort } from '../support/free-port.ts'

const MAX_BYTES = 200_000

/** Answers with what arrived, as the upstream sees it. */
const upstream = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers
    response.end(JSON.stringify({ length, coding, body: Buffer.concat(chunks).toString('base64') }))
  })
})
const target = `http://127.0.0.1:${await listenOnFreePort(upstream)}`

/** What the reader got of the last request: the bytes, or why it got none. */
let read: Uint8Array | AuthError | DependencyError | undefined

async function readFirst(request: IncomingMessage): Promise<void> {
  try {
    read = await readBody(request, MAX_BYTES)
  } catch (error) {
    assert.ok(error instanceof DependencyError)
    read = error
  }
}

const app = express()
app.use('/onward', express.json({ limit: MAX_BYTES, strict: false, verify: keepRawBody, inflate: false }))
app.use('/parsed', express.json({ limit: MAX_BYTES, verify: keepRawBody, inflate: false }))
app.use('/inflated', express.json({ verify: keepRawBody }))
app.use('/gone', express.json())
app.use(async (request, response, next) => {
  await readFirst(request)
  if (read instanceof AuthError) response.status(read.status).set('connection', 'close').end()
  else if (request.path === '/twice') next((await readBody(request, MAX_BYTES)) === read ? undefined : 'other bytes')
  else next()
})
app.use('/parsed', (request, response) => void response.json(request.body))
app.use('/inflated', (_request, response) => void response.status(read instanceof DependencyError ? 503 : 200).end())
app.use('/gone', (_request, response) => void response.status(503).end())
app.use(createProxyMiddleware({ target, on: { proxyReq: forwardRawBody } }))
const server = createServer(app)
const port = await listenOnFreePort(server)
after(() => {
  for (const each of [server, upstream]) {
    each.closeAllConnections()
    each.close()
  }
})

interface Answer {
  readonly status: number
  readonly text: string
}

function post(path: string, chunks: readonly (string | Buffer)[], headers: Record<string, string> = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const request = send({ port, path, method: 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    request.on('error', reject)
    for (const chunk of chunks) request.write(chunk)
    request.end()
  })
}

const LONG = Buffer.alloc(150_000, 'abc\u00e9\n')

suite('a body that has been read reaches the upstream byte for byte', () => {
  const bodies: Record<string, readonly (string | Buffer)[]> = {
    'in one piece': ['{"a":1}'],
    'in many': ['a', 'b', 'c', 'd'],
    'of many packets': [LONG],
    'that is not text': [Buffer.from([0, 255, 13, 10, 0])],
  }
  for (const [name, chunks] of Object.entries(bodies)) {
    const whole = Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)))
    const framings: Record<string, Record<string, string>> = {
      'with its length': { 'content-length': String(whole.length) },
      chunked: { 'transfer-encoding': 'chunked' },
      'after 100-continue': { 'content-length': String(whole.length), expect: '100-continue' },
    }
    for (const [framing, headers] of Object.entries(framings)) {
      test(`${name}, ${framing}`, async () => {
        const { status, text } = await post('/orders', chunks, headers)
        assert.equal(status, 200)
        assert.deepEqual(read, whole)
        assert.equal(JSON.parse(text).body, whole.toString('base64'))
        assert.equal(JSON.parse(text).coding, headers['transfer-encoding'])
      })
    }
  }

  test('an empty one, with its length, chunked, and not there at all', async () => {
    for (const headers of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
      const { status, text } = await post('/orders', [], headers)
      assert.deepEqual([status, JSON.parse(text).body, (read as Uint8Array).length], [200, '', 0])
    }
    const response = await fetch(`http://127.0.0.1:${port}/orders`)
    assert.deepEqual([response.status, (read as Uint8Array).length], [200, 0])
  })

  test('a reader that comes again gets the same', async () => {
    const { status, text } = await post('/twice', ['abc'])
    assert.deepEqual([status, JSON.parse(text).body], [200, btoa('abc')])
  })
})

suite('a body that is too large', () => {
  test('is refused by its length, before any of it is read', async () => {
    const request = send({ port, path: '/orders', method: 'POST', headers: { 'content-length': MAX_BYTES + 1 } })
    const status = await new Promise((resolve) => {
      request.on('response', (response) => resolve(response.resume().statusCode))
      request.on('error', () => undefined)
      request.flushHeaders()
    })
    assert.equal(status, 413)
    request.destroy()
  })

  test('is refused when it has grown too large, if it is chunked', async () => {
    const { status } = await post('/orders', [LONG, LONG])
    assert.equal(status, 413)
    assert.ok(read instanceof AuthError && read.code === 'content_too_large')
  })

  test('is refused when a parser has kept it', async () => {
    const message = { headers: {} } as IncomingMessage
    keepRawBody(message, undefined as never, Buffer.alloc(11))
    assert.ok((await readBody(message, 10)) instanceof AuthError)
    assert.equal(((await readBody(message, 11)) as Uint8Array).length, 11)
  })
})

test('bytes that a parser has kept are those that were sent', async () => {
  const { status, text } = await post('/parsed', ['{ "a" : 1 }'], { 'content-type': 'application/json' })
  assert.deepEqual([status, text], [200, '{"a":1}'])
  assert.equal(Buffer.from(read as Uint8Array).toString(), '{ "a" : 1 }')
})

test('a coding that is none, or an empty field of it, is no reason not to keep them', async () => {
  for (const coding of ['', 'identity', 'IDENTITY']) {
    const message = { headers: { 'content-encoding': coding } } as IncomingMessage
    keepRawBody(message, undefined as never, Buffer.from('raw'))
    assert.equal(Buffer.from((await readBody(message, 10)) as Uint8Array).toString(), 'raw', coding)
  }
})

suite('bytes that a parser has kept go on to an upstream, as they were sent', () => {
  const sent: Readonly<Record<string, string>> = {
    'a text': '{ "a" : "\u00fc" }',
    'a long one': `"${'x'.repeat(150_000)}"`,
  }
  for (const [name, body] of Object.entries(sent)) {
    const framings: Record<string, Record<string, string>> = {
      'with its length': { 'content-length': String(Buffer.byteLength(body)) },
      chunked: { 'transfer-encoding': 'chunked' },
    }
    for (const [framing, headers] of Object.entries(framings)) {
      test(`${name}, ${framing}`, async () => {
        const { status, text } = await post('/onward', [body], { 'content-type': 'application/json', ...headers })
        assert.deepEqual([status, Buffer.from(JSON.parse(text).body, 'base64').toString()], [200, body])
        assert.equal(JSON.parse(text).coding, headers['transfer-encoding'])
      })
    }
  }

  test('what the parser has passed over goes on once', async () => {
    const { text } = await post('/onward', ['abc'], { 'content-type': 'text/plain' })
    assert.equal(JSON.parse(text).body, btoa('abc'))
  })
})

test('what a parser has inflated is not what was sent: it is not kept', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  const { status } = await post('/inflated', [gzipSync('{}')], headers)
  assert.equal(status, 503)
  const { status: plain } = await post('/inflated', ['{}'], { ...headers, 'content-encoding': 'Identity' })
  assert.deepEqual([plain, Buffer.from(read as Uint8Array).toString()], [200, '{}'])
})

test('bytes that a parser has kept from us are a fault of the program, told at once', async () => {
  const { status } = await post('/gone', ['{}'], { 'content-type': 'application/json' })
  assert.equal(status, 503)
  assert.ok(read instanceof DependencyError)
  assert.match(read.message, /keepRawBody/)
})

test('a client that breaks off leaves nobody waiting', async () => {
  const seen = new Promise<IncomingMessage>((resolve) => server.once('request', resolve))
  const request = send({ port, path: '/orders', method: 'POST', headers: { 'content-length': '100' } })
  request.on('error', () => undefined)
  request.write('half')
  const message = await seen
  const closed = new Promise((resolve) => message.once('close', resolve))
  request.destroy()
  await closed
  await new Promise(setImmediate)
  assert.ok(read instanceof AuthError)
  assert.equal(read.reason, 'body broken off')
})
