import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import express from 'express'
import { principalOf } from '../../middleware/principal-of.ts'
import { apiBoundary, CREDENTIALS } from '../support/api-boundary.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

test('before the boundary, and on a request it refused, there is none', async () => {
  const seen: unknown[] = []
  const app = express().use((request, _response, next) => {
    Object.assign(request, { principal: CREDENTIALS.admin, user: CREDENTIALS.admin })
    seen.push(principalOf(request))
    next()
  })
  app.use(apiBoundary({ onError: 'next' }))
  app.use(((_error, request, response, _next) => {
    seen.push(principalOf(request))
    response.status(401).end()
  }) as express.ErrorRequestHandler)
  const port = await serve(app)
  await sendRequest(port, { path: '/echo', headers: [['X-API-Key', 'bad']] })
  assert.deepEqual(seen, [undefined, undefined])
})

test('behind it, it is the one that was verified', async () => {
  let seen: unknown
  const app = express().use(apiBoundary(), (request, response) => {
    seen = principalOf(request)
    response.end()
  })
  await sendRequest(await serve(app), { path: '/echo', headers: [['X-API-Key', 'alice']] })
  assert.equal(seen, CREDENTIALS.alice)
})

test('no request that looks like it has one', () => {
  assert.equal(principalOf(new IncomingMessage(new Socket())), undefined)
})
