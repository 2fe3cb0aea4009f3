import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { isOfType, parsedBody, readText } from '../../middleware/read-text.ts'
import { FRAMEWORKS } from '../support/frameworks.ts'
import { serve } from '../support/serve.ts'

const MAX_BYTES = 100

async function post(port: number, body: string | Uint8Array<ArrayBuffer>, type = 'text/plain'): Promise<unknown> {
  const init = { method: 'POST', body, headers: { 'content-type': type } }
  return (await fetch(`http://127.0.0.1:${port}`, init)).json()
}

test('a body is read as text, up to its limit', async () => {
  const port = await serve(async (request, response) => {
    response.end(JSON.stringify(await readText(request, MAX_BYTES)))
  })
  assert.deepEqual(await post(port, 'x'.repeat(MAX_BYTES)), { text: 'x'.repeat(MAX_BYTES) })
  assert.deepEqual(await post(port, 'x'.repeat(MAX_BYTES + 1)), { status: 413 })
  assert.deepEqual(await post(port, Buffer.from([0xff, 0xfe])), { status: 400 })
  assert.deepEqual(await post(port, ''), { text: '' })
})

test('a media type is compared without its parameters, and as a whole', async () => {
  const port = await serve(async (request, response) => {
    response.end(JSON.stringify(isOfType(request, /^application\/secevent\+jwt$/)))
  })
  for (const type of [
    'application/secevent+jwt',
    'Application/SecEvent+JWT; charset=utf-8',
    'application/secevent+jwt ;',
  ]) {
    assert.equal(await post(port, 'x', type), true, type)
  }
  for (const type of ['application/jwt', 'application/secevent+jwtx', 'text/plain, application/secevent+jwt', 'x']) {
    assert.equal(await post(port, 'x', type), false, type)
  }
})

for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  test(`what a parser before has read is taken, and what it passed over is read: ${name}`, async () => {
    const parser = express.json() as (request: unknown, response: unknown, next: () => void) => void
    const port = await serve(
      framework(
        (request, response, next) => parser(request, response, next),
        async (request, response) => {
          const parsed = parsedBody(request)
          response.end(JSON.stringify(parsed === undefined ? await readText(request, MAX_BYTES) : { parsed }))
        },
      ),
    )
    assert.deepEqual(await post(port, '{"a":1}', 'application/json'), { parsed: { a: 1 } })
    assert.deepEqual(await post(port, '{}', 'application/json'), { parsed: {} })
    assert.deepEqual(await post(port, 'abc'), { text: 'abc' })
  })
}

test('the empty object that Express 4 leaves for a body that is not JSON is no body', async () => {
  const port = await serve(
    FRAMEWORKS['Express 4']?.(
      (request, _response, next) => {
        Object.assign(request, { body: {} })
        next()
      },
      async (request, response) => {
        response.end(JSON.stringify([parsedBody(request) ?? null, await readText(request, MAX_BYTES)]))
      },
    ) ?? assert.fail(),
  )
  assert.deepEqual(await post(port, 'abc'), [null, { text: 'abc' }])
})
