import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { jsonAnswer } from '../../lib/json-answer.ts'
import { readFormBody, servePost } from '../../middleware/post-endpoint.ts'
import { serve } from '../support/serve.ts'

const MAX_BYTES = 100
const FORM = 'application/x-www-form-urlencoded'

const app = express()
app.use('/parsed', express.urlencoded())
app.use('/raw', express.raw({ type: FORM }))
app.use((request, response) => {
  servePost(request, response, async () => {
    const body = await readFormBody(request, MAX_BYTES)
    return jsonAnswer(200, 'status' in body ? body.status : [...(body.form ?? ['twice'])])
  })
})
const origin = `http://127.0.0.1:${await serve(app)}`

async function post(path: string, body: string, type = FORM): Promise<unknown> {
  return (await fetch(origin + path, { method: 'POST', body, headers: { 'content-type': type } })).json()
}

test('a form is read, and the same when a parser has read it', async () => {
  for (const path of ['/', '/parsed', '/raw']) {
    assert.deepEqual(
      await post(path, 'token=a.b.c&x=%21+'),
      [
        ['token', 'a.b.c'],
        ['x', '! '],
      ],
      path,
    )
    assert.deepEqual(await post(path, 'token=a&token=b'), ['twice'], path)
    assert.deepEqual(await post(path, ''), [], path)
  }
})

test('what is no form, or too large, is told apart', async () => {
  assert.equal(await post('/', '{"token":"a"}', 'application/json'), 415)
  assert.equal(await post('/parsed', '{"token":"a"}', 'application/json'), 415)
  assert.equal(await post('/', 'x'.repeat(MAX_BYTES + 1)), 413)
})

test('there is no other method', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await fetch(origin, { method })
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'], method)
  }
})
