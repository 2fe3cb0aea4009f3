import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { after, suite, test } from 'node:test'
import { DependencyError } from '../../lib/errors.ts'
import { fetchJson } from '../../lib/fetch-json.ts'
import { listenOnFreePort, unusedPort } from '../support/free-port.ts'

const answers: Readonly<Record<string, RequestListener>> = {
  '/good': (_request, response) => response.end('{"keys":[]}'),
  '/redirect': (_request, response) => response.writeHead(302, { location: '/good' }).end(),
  '/missing': (_request, response) => response.writeHead(404).end('{}'),
  '/broken': (_request, response) => response.end('{"keys":'),
  '/binary': (_request, response) => response.end(Buffer.from([0x22, 0xff, 0x22])),
  '/large': (_request, response) => response.end(JSON.stringify('x'.repeat(2_000))),
  '/endless': (_request, response) => {
    const write = () => void (response.destroyed || response.write('x'.repeat(1_000), write))
    write()
  },
  '/silent': () => undefined,
  '/stalled': (_request, response) => void response.write('{"keys":'),
  '/accept': (request, response) => response.end(JSON.stringify(request.headers.accept)),
}

suite('over HTTP', async () => {
  const server = createServer((request, response) => answers[request.url?.split('?')[0] ?? '']?.(request, response))
  const origin = `http://127.0.0.1:${await listenOnFreePort(server)}`
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const get = (path: string, signal: AbortSignal = AbortSignal.timeout(5_000)) =>
    fetchJson('key set', origin + path, { fetch, signal, maxBytes: 1_000 })
  const refusal = async (answer: Promise<unknown>) => {
    const error = await answer.then(
      () => assert.fail('it was answered'),
      (thrown: unknown) => thrown,
    )
    return error instanceof DependencyError ? error : assert.fail(`a DependencyError, not ${String(error)}`)
  }

  test('a document is fetched, and JSON asked for', async () => {
    assert.deepEqual(await get('/good'), { keys: [] })
    assert.match(String(await get('/accept')), /application\/json/)
  })

  test('a redirect is not followed', async () => {
    assert.equal((await refusal(get('/redirect'))).message, 'key set: gave no usable answer')
  })

  test('another status is told', async () => {
    const error = await refusal(get('/missing'))
    assert.equal(error.message, 'key set: answered 404')
    assert.equal(error.status, 404)
    assert.equal(error.cause, undefined)
  })

  test('a document that breaks off is no JSON', async () => {
    assert.equal((await refusal(get('/broken'))).message, 'key set: gave no JSON')
  })

  for (const path of ['/binary', '/large', '/endless']) {
    test(`${path} is no usable answer`, async () => {
      assert.equal((await refusal(get(path))).message, 'key set: gave no usable answer')
    })
  }

  for (const path of ['/silent', '/stalled']) {
    test(`${path} is given up in time`, async () => {
      const limit = new AbortController()
      const error = refusal(get(path, limit.signal))
      setImmediate(() => limit.abort())
      assert.equal((await error).message, 'key set: gave no answer in time')
    })
  }

  test("the URL's query is not told", async () => {
    assert.ok(!(await refusal(get('/missing?token=secret'))).message.includes('secret'))
  })
})

test('nobody listening is no usable answer', async () => {
  const url = `http://127.0.0.1:${await unusedPort()}/`
  const options = { fetch, signal: AbortSignal.timeout(5_000), maxBytes: 1_000 }
  await assert.rejects(fetchJson('discovery', url, options), { name: 'DependencyError', dependency: 'discovery' })
})
