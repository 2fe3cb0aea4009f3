import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { readJson } from '../../middleware/read-json.ts'
import { serve } from '../support/serve.ts'

const MAX_BYTES = 100

const port = await serve(async (request, response) => {
  response.end(JSON.stringify(await readJson(request, MAX_BYTES)))
})

async function readBack(body: string | undefined, type = 'application/json'): Promise<unknown> {
  const init = body === undefined ? {} : { body, headers: { 'content-type': type } }
  return (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', ...init })).json()
}

test('a JSON body is read', async () => {
  assert.deepEqual(await readBack('{"a":[1]}'), { value: { a: [1] } })
  assert.deepEqual(await readBack('null', 'application/json; charset=utf-8'), { value: null })
  assert.deepEqual(await readBack('{}', 'application/merge-patch+json'), { value: {} })
})

test('no body is none', async () => {
  assert.deepEqual(await readBack(undefined), {})
})

test('what is no JSON is told apart', async () => {
  assert.deepEqual(await readBack('{'), { status: 400 })
  assert.deepEqual(await readBack('{}', 'text/plain'), { status: 415 })
  assert.deepEqual(await readBack('{}', 'application/jsonp'), { status: 415 })
  assert.deepEqual(await readBack(JSON.stringify('x'.repeat(MAX_BYTES))), { status: 413 })
})

test('what a parser has read before is taken', async () => {
  assert.deepEqual(await readJson({ body: { a: 1 } } as unknown as IncomingMessage, MAX_BYTES), { value: { a: 1 } })
})
