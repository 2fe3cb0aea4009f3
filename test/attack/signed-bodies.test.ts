import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import express, { type RequestHandler } from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { hmacAuthenticator } from '../../lib/authenticate/hmac.ts'
import { type DecisionEvent, decisions } from '../../lib/decision-event.ts'
import { AuthError, DependencyError } from '../../lib/errors.ts'
import { memoryReplayStore } from '../../lib/store/memory.ts'
import { keepRawBody } from '../../middleware/request-body.ts'
import { boundaryStages } from '../../middleware/stages.ts'
import { NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { sendBytes, statusesIn } from '../support/raw-tcp.ts'
import { foldedValues } from '../support/recording-upstream.ts'
import { serve } from '../support/serve.ts'
import { requestLines, type SignedGateway, signedGateway } from '../support/signed-gateway.ts'
import { type RequestToSign, signedHeaders } from '../support/signed-request.ts'

const LIMIT = 64 * 1024
const gateway = await signedGateway({ hmac: { maxBodyBytes: LIMIT } })

/** The head of a signed request, and what follows, as they are. */
function bytesOf(
  to: Pick<SignedGateway, 'issued'>,
  signed: RequestToSign,
  lines: readonly string[],
  body: string,
): string {
  const closing = lines.some((line) => line.startsWith('Connection:')) ? [] : ['Connection: close']
  const { keyId } = to.issued.record
  const parts = requestLines(signedHeaders(keyId, to.issued.secret, signed), signed, {
    body,
    lines: [...closing, ...lines],
  })
  return `${parts.method} ${parts.target} HTTP/1.1\r\n${(parts.headers ?? []).join('\r\n')}\r\n\r\n${body}`
}

const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`
const CHUNKED = 'Transfer-Encoding: chunked'

async function answers(to: SignedGateway, ...pieces: readonly string[]): Promise<readonly number[]> {
  return statusesIn(await sendBytes(to.port, pieces.join(''), 2_000))
}

suite('S-05: a body reaches the upstream as the bytes that were signed', () => {
  const gzip = gzipSync('{"a":1}'.repeat(100)).toString('latin1')
  const texts: Readonly<Record<string, readonly [body: string, ...lines: readonly string[]]>> = {
    'with a mark before it': ['\u00ef\u00bb\u00bf{}', 'Content-Type: application/json'],
    'without a type': ['{}'],
    'of a malformed type': ['{}', 'Content-Type: ;;=/'],
    'in gzip': [gzip, 'Content-Encoding: gzip'],
    'in two codings': [gzip, 'Content-Encoding: identity, gzip'],
    'that says it is gzip': ['{}', 'Content-Encoding: gzip'],
    'of all bytes': [String.fromCharCode(...Array(256).keys())],
    'of white space': ['\r\n\r\n'],
  }
  for (const [name, [text, ...lines]] of Object.entries(texts)) {
    test(`${name}, with its length and chunked`, async () => {
      const body = Buffer.from(text, 'latin1')
      for (const [framing, sent] of [
        [`Content-Length: ${text.length}`, text],
        [CHUNKED, chunked(text)],
      ] as const) {
        const signed = { method: 'POST', body, nonce: `${name} ${framing}`.replaceAll(/\W/g, '-') }
        const head = bytesOf(gateway, signed, [...lines, framing], '')
        assert.deepEqual(await answers(gateway, head, sent), [200])
        const [record] = gateway.upstream.take()
        assert.equal(record?.body, text)
        const coding = lines.filter((line) => line.startsWith('Content-Encoding')).map((line) => line.slice(18))
        assert.deepEqual(record && foldedValues(record, 'content-encoding'), coding)
      }
    })
  }

  test('a bomb of gzip stays as small as it is', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024)).toString('latin1')
    assert.ok(bomb.length < LIMIT)
    const signed = { method: 'POST', body: Buffer.from(bomb, 'latin1'), nonce: 'bomb' }
    const head = bytesOf(gateway, signed, [`Content-Length: ${bomb.length}`, 'Content-Encoding: gzip'], '')
    assert.deepEqual(await answers(gateway, head, bomb), [200])
    assert.equal(gateway.upstream.take()[0]?.body, bomb)
  })

  test('chunk extensions and trailers are not the body, and do not go on', async () => {
    const sent = '2;a=1;b="x"\r\nab\r\n1\r\nc\r\n0;z\r\nX-User-ID: root\r\nX-Signature: x\r\n\r\n'
    const signed = { method: 'POST', body: 'abc', nonce: 'trailer' }
    assert.deepEqual(await answers(gateway, bytesOf(gateway, signed, [CHUNKED], ''), sent), [200])
    const [record] = gateway.upstream.take()
    assert.equal(record?.body, 'abc')
    assert.deepEqual(record && foldedValues(record, 'x-user-id'), [])
  })

  test('after 100-continue', async () => {
    const signed = { method: 'POST', body: 'abc', nonce: 'continue' }
    const received = await answers(
      gateway,
      bytesOf(gateway, signed, ['Content-Length: 3', 'Expect: 100-continue'], ''),
      'abc',
    )
    assert.deepEqual(received, [100, 200])
    assert.equal(gateway.upstream.take()[0]?.body, 'abc')
  })

  test('no body is an empty one: no length, a length of 0, no chunk', async () => {
    for (const [index, [line, sent]] of [
      [undefined, ''],
      ['Content-Length: 0', ''],
      [CHUNKED, '0\r\n\r\n'],
    ].entries()) {
      const signed = { method: 'POST', nonce: `empty-${index}` }
      const head = bytesOf(gateway, signed, line === undefined ? [] : [line], '')
      assert.deepEqual(await answers(gateway, head, sent ?? ''), [200], String(line))
      assert.equal(gateway.upstream.take()[0]?.body, '')
    }
  })

  test('a body where none was signed, and none where one was: 401', async () => {
    assert.equal(await gateway.status({ method: 'POST' }, { body: 'x' }), 401)
    assert.equal(await gateway.status({}, { body: 'x' }), 401)
    assert.equal(await gateway.status({ method: 'POST', body: 'x' }, { body: '' }), 401)
    assert.deepEqual(await answers(gateway, bytesOf(gateway, { nonce: 'cx' }, [CHUNKED], ''), chunked('x')), [401])
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('of a GET counts like any other', async () => {
    assert.equal(await gateway.status({ body: 'x', nonce: 'get' }), 200)
    const [record] = gateway.upstream.take()
    assert.deepEqual([record?.method, record?.body], ['GET', 'x'])
  })

  test('of the longest that is let in: 200, and of a byte more: 413, before the upstream hears of it', async () => {
    for (const [length, status] of [
      [LIMIT, 200],
      [LIMIT + 1, 413],
    ] as const) {
      const body = 'x'.repeat(length)
      for (const [framing, sent] of [
        [`Content-Length: ${length}`, body],
        [CHUNKED, chunked(body)],
      ] as const) {
        const signed = { method: 'POST', body, nonce: `${length}-${framing.length}` }
        assert.deepEqual(await answers(gateway, bytesOf(gateway, signed, [framing], ''), sent), [status], framing)
        assert.equal(gateway.upstream.take().length, status === 200 ? 1 : 0)
      }
    }
  })

  test('that says it is too long is refused before it comes', async () => {
    const head = bytesOf(gateway, { method: 'POST' }, ['Content-Length: 99999999999999'], '')
    assert.deepEqual(await answers(gateway, head), [413])
  })

  test('of two requests in one piece, each has its own', async () => {
    const one = bytesOf(
      gateway,
      { method: 'POST', body: 'abc', nonce: 'p-1' },
      ['Content-Length: 3', 'Connection: keep-alive'],
      '',
    )
    const two = bytesOf(gateway, { method: 'PUT', body: 'defg', nonce: 'p-2' }, [CHUNKED], '')
    // The upstream ends the connection after the first answer, so the second may be cut off; never mixed up.
    await answers(gateway, one, 'abc', two, chunked('defg'))
    for (const { method, body } of gateway.upstream.take()) assert.equal(body, method === 'POST' ? 'abc' : 'defg')
  })

  test('that breaks off leaves the gateway at its work', async () => {
    const head = bytesOf(gateway, { method: 'POST', body: 'abc' }, ['Content-Length: 3'], '')
    await sendBytes(gateway.port, `${head}ab`, 30)
    assert.equal(await gateway.status({ nonce: 'after' }), 200)
    assert.equal(gateway.upstream.take().length, 1)
  })

  test('that never ends is given up after the deadline of the boundary: 408, and no dependency has failed', async () => {
    const slow = await signedGateway({ boundary: { deadlineMs: 50 } })
    const head = bytesOf(slow, { method: 'POST', body: 'abc' }, ['Content-Length: 3'], '')
    const reasons: unknown[] = []
    const note = (event: unknown) => reasons.push((event as DecisionEvent).reason)
    decisions.subscribe(note)
    try {
      assert.deepEqual(await answers(slow, `${head}ab`), [408])
    } finally {
      decisions.unsubscribe(note)
    }
    assert.deepEqual(reasons, ['body too slow'])
    assert.deepEqual(slow.upstream.take(), [])
  })
})

suite('S-05: behind a body parser', () => {
  const type = 'Content-Type: application/json'
  const text = '{ "a" : 1.0 }'
  const signed = { method: 'POST', body: text }
  const send = (to: SignedGateway, nonce: string, ...lines: string[]) =>
    answers(to, bytesOf(to, { ...signed, nonce }, [`Content-Length: ${text.length}`, type, ...lines], ''), text)

  test('that keeps the bytes, they are verified and go on as they were sent', async () => {
    const kept = await signedGateway({ before: [express.json({ verify: keepRawBody, inflate: false })] })
    assert.deepEqual(await send(kept, 'a'), [200])
    assert.deepEqual(await send(kept, 'b', 'Expect: 100-continue'), [100, 200])
    assert.deepEqual(
      kept.upstream.take().map(({ body }) => body),
      [text, text],
    )
    const forged = bytesOf(kept, { ...signed, nonce: 'c' }, [`Content-Length: ${text.length}`, type], '')
    assert.deepEqual(await answers(kept, forged, text.replace('1', '2')), [401])
  })

  test('that keeps none: 503 at once, and the remedy for who reads what went wrong', async () => {
    let told: unknown
    const gone = await signedGateway({
      before: [express.json()],
      boundary: { onError: 'next' },
      after: (error: unknown, _request: unknown, response: ServerResponse, _next: unknown) => {
        told = error
        response.writeHead(error instanceof AuthError ? error.status : 500).end()
      },
    })
    assert.deepEqual(await send(gone, 'a', 'Connection: close'), [503])
    assert.ok(told instanceof AuthError && told.cause instanceof DependencyError)
    assert.match(told.cause.message, /keepRawBody/)
    assert.deepEqual(gone.upstream.take(), [])
  })
})

test('S-05: the stages one by one do the same, with others between them', async () => {
  const clock = testClock(NOW)
  const { issued, vault, upstream } = gateway
  const authenticate = hmacAuthenticator({
    keys: vault,
    replayStore: memoryReplayStore({ now: clock.now }),
    now: clock.now,
  })
  const stages = boundaryStages({ authenticate, now: clock.now })
  const app = express()
  const later: RequestHandler = (_request, _response, next) => void setTimeout(next, 20)
  app.use(stages.admit, later, stages.authenticate, stages.authorize, stages.propagate, later)
  app.use(createProxyMiddleware({ target: upstream.url }))
  const port = await serve(app)
  for (const [index, [line, sent, body]] of (
    [
      ['Content-Length: 3', 'abc', 'abc'],
      [CHUNKED, chunked('abc'), 'abc'],
      [CHUNKED, '0\r\n\r\n', ''],
    ] as const
  ).entries()) {
    const signed = { method: 'POST', body, nonce: `stages-${index}` }
    const head = bytesOf({ issued }, signed, [line], '')
    assert.deepEqual(statusesIn(await sendBytes(port, head + sent, 2_000)), [200])
    assert.equal(upstream.take()[0]?.body, body)
    assert.deepEqual(statusesIn(await sendBytes(port, head + sent, 200)), [401])
  }
})
