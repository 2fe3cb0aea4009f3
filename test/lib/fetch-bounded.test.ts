import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { after, suite, test } from 'node:test'
import { DependencyError } from '../../lib/errors.ts'
import { fetchBounded } from '../../lib/fetch-bounded.ts'
import { listenOnFreePort } from '../support/free-port.ts'

const answer =
  (
    status: number,
    headers: Readonly<Record<string, string>> = {},
    body: string | Buffer = 'a document',
  ): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body)

const answers: Readonly<Record<string, RequestListener>> = {
  '/good': answer(200, { 'content-type': 'Text/Plain; charset=utf-8' }),
  '/untyped': answer(200),
  '/empty': answer(200, {}, ''),
  '/exact': answer(200, {}, 'x'.repeat(1_000)),
  '/umlaut': answer(200, {}, 'grün'),
  '/latin1': answer(200, {}, Buffer.from('grün', 'latin1')),
  '/large': answer(200, {}, 'x'.repeat(1_001)),
  '/wait': answer(429, { 'retry-after': '17' }),
  '/wait-forever': answer(503, { 'retry-after': '99999999' }),
  '/wait-less': answer(503, { 'retry-after': '-1' }),
  '/redirect': answer(307, { location: '/good' }),
  '/created': answer(201),
  '/endless-error': (_request, response) => {
    response.writeHead(500)
    const write = () => void (response.destroyed || response.write('x'.repeat(10_000), write))
    write()
  },
  '/cut': (_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => response.destroy())
  },
  '/echo': (request, response) => {
    let text = `${request.method} ${request.headers['x-test']} `
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => response.end(text))
  },
}

suite('a bounded fetch', async () => {
  const server = createServer((request, response) => answers[request.url?.split('?')[0] ?? '']?.(request, response))
  const origin = `http://127.0.0.1:${await listenOnFreePort(server)}`
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const get = (path: string, init: Parameters<typeof fetchBounded>[2] = {}, signal = AbortSignal.timeout(5_000)) =>
    fetchBounded('some server', origin + path, init, { fetch, signal, maxBytes: 1_000 })
  const refusal = async (path: string, signal?: AbortSignal) => {
    const error = await get(path, {}, signal).then(
      () => assert.fail('it was answered'),
      (thrown: unknown) => thrown,
    )
    return error instanceof DependencyError ? error : assert.fail(`a DependencyError, not ${String(error)}`)
  }

  test('gives the text and its type, in lower case and without parameters', async () => {
    const { contentType, text } = await get('/good')
    assert.deepEqual([contentType, text], ['text/plain', 'a document'])
    assert.equal((await get('/untyped')).contentType, '')
  })

  test('sends what it is given', async () => {
    const init = { method: 'POST', headers: { 'x-test': 'a' }, body: 'b=c' }
    assert.equal((await get('/echo', init)).text, 'POST a b=c')
  })

  test('takes as many bytes as allowed, none included', async () => {
    assert.equal((await get('/exact')).text.length, 1_000)
    assert.equal((await get('/empty')).text, '')
    assert.equal((await get('/umlaut')).text, 'grün')
  })

  for (const path of ['/large', '/latin1', '/cut', '/redirect']) {
    test(`${path} is no usable answer`, async () => {
      const error = await refusal(path)
      assert.deepEqual([error.message, error.status], ['some server: gave no usable answer', undefined])
      assert.ok(error.cause)
    })
  }

  test('another status is told, and how long to wait', async () => {
    const error = await refusal('/wait?token=secret')
    assert.deepEqual([error.message, error.status, error.retryAfterSeconds], ['some server: answered 429', 429, 17])
    assert.equal((await refusal('/created')).status, 201)
  })

  test('a wait that is none is not told', async () => {
    assert.equal((await refusal('/wait-forever')).retryAfterSeconds, undefined)
    assert.equal((await refusal('/wait-less')).retryAfterSeconds, undefined)
    assert.equal((await refusal('/created')).retryAfterSeconds, undefined)
  })

  test('the body of another status is not read', async () => {
    assert.equal((await refusal('/endless-error')).status, 500)
  })

  test('a signal that was aborted before is no answer in time', async () => {
    assert.equal((await refusal('/good', AbortSignal.abort())).message, 'some server: gave no answer in time')
  })
})

test('a fetch that throws at once, or answers no response, is no usable answer', async () => {
  const options = { signal: AbortSignal.timeout(5_000), maxBytes: 1_000 }
  const fetches = [
    () => {
      throw new Error('secret')
    },
    async () => undefined as unknown as Response,
  ]
  for (const broken of fetches) {
    await assert.rejects(fetchBounded('x', 'https://x.test', {}, { ...options, fetch: broken }), {
      name: 'DependencyError',
      message: 'x: gave no usable answer',
    })
  }
})
