import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { suite, test } from 'node:test'
import { postJson } from '../../../../lib/authorize/decision-points/post-json.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { serve } from '../../../support/serve.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const answers: Readonly<Record<string, RequestListener>> = {
  '/good': (_request, response) =>
    response.writeHead(200, { 'content-type': 'Application/JSON; charset=utf-8' }).end('[1]'),
  '/text': (_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('[1]'),
  '/untyped': (_request, response) => response.end('[1]'),
  '/broken': (_request, response) => response.writeHead(200, JSON_TYPE).end('[1'),
  '/large': (_request, response) => response.writeHead(200, JSON_TYPE).end(JSON.stringify('x'.repeat(2_000))),
  '/moved': (_request, response) => response.writeHead(307, { location: '/good' }).end(),
  '/no': (_request, response) => response.writeHead(403, JSON_TYPE).end('[1]'),
}

suite('over HTTP', async () => {
  const seen: { readonly method: string | undefined; readonly type: string | undefined; readonly x: unknown }[] = []
  const port = await serve((request, response) => {
    const { method, headers, url = '' } = request
    seen.push({ method, type: headers['content-type'], x: headers['x-a'] })
    answers[url]?.(request, response)
  })
  const post = (path: string, check?: (answer: Response) => void) => {
    const options = { fetch, signal: AbortSignal.timeout(30_000), maxBytes: 1_000, ...(check && { check }) }
    return postJson('pdp', `http://127.0.0.1:${port}${path}`, { body: { a: 1 }, headers: { 'x-a': 'b' } }, options)
  }

  test('JSON is sent, and JSON comes back', async () => {
    assert.deepEqual(await post('/good'), [1])
    assert.deepEqual(seen.at(-1), { method: 'POST', type: 'application/json', x: 'b' })
  })

  const problems = {
    '/text': /gave no JSON/,
    '/untyped': /gave no JSON/,
    '/broken': /gave no JSON/,
    '/large': /no usable answer/,
    '/moved': /no usable answer/,
    '/no': /answered 403/,
  }
  for (const [path, problem] of Object.entries(problems)) {
    test(`${path} is none`, async () => {
      await assert.rejects(post(path), (error) => error instanceof DependencyError && problem.test(error.message))
    })
  }

  test('an answer can be refused before it is read', async () => {
    const check = () => {
      throw new DependencyError('pdp', 'not this one')
    }
    await assert.rejects(post('/good', check), /not this one/)
    assert.deepEqual(await post('/good'), [1])
  })
})
