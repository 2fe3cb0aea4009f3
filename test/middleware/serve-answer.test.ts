import assert from 'node:assert/strict'
import { test } from 'node:test'
import express from 'express'
import { DependencyError } from '../../lib/errors.ts'
import { emptyAnswer } from '../../lib/json-answer.ts'
import { serveAnswer } from '../../middleware/serve-answer.ts'
import { apiBoundary } from '../support/api-boundary.ts'
import { serve } from '../support/serve.ts'

const DOWN = new DependencyError('the list', 'is down at 10.0.0.7', { retryAfterSeconds: 9 })
const fail = () => Promise.reject(DOWN)

test('what fails is 503, with when to try again, and says nothing of what failed', async () => {
  const port = await serve((request, response) => serveAnswer(request, response, fail))
  const response = await fetch(`http://127.0.0.1:${port}`)
  assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '9'])
  assert.doesNotMatch(await response.text(), /10\.0\.0\.7/)
})

test('behind a boundary it is told by the id of the request', async () => {
  const app = express()
  app.use(apiBoundary(), (request, response) => serveAnswer(request, response, fail))
  const response = await fetch(`http://127.0.0.1:${await serve(app)}/echo`, { headers: { 'x-api-key': 'alice' } })
  const { requestId } = (await response.json()) as { requestId: string }
  assert.deepEqual([response.status, response.headers.get('x-request-id')], [503, requestId])
})

test('somebody who has answered meanwhile is not answered again', async () => {
  const port = await serve((request, response) => {
    response.writeHead(408).end('late')
    serveAnswer(request, response, async () => emptyAnswer(200))
  })
  const response = await fetch(`http://127.0.0.1:${port}`)
  assert.deepEqual([response.status, await response.text()], [408, 'late'])
})

test('a connection whose body was too large ends', async () => {
  const port = await serve((request, response) => serveAnswer(request, response, async () => emptyAnswer(413)))
  assert.equal((await fetch(`http://127.0.0.1:${port}`)).headers.get('connection'), 'close')
})
