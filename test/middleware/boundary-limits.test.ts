import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import type { LimitOptions } from '../../lib/limit/limiter.ts'
import { NOW } from '../support/access-token.ts'
import { apiBoundary } from '../support/api-boundary.ts'
import { echo } from '../support/echo.ts'
import { FRAMEWORKS } from '../support/frameworks.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const ALICE = [['X-API-Key', 'alice']] as const
const limits: LimitOptions = { rules: [{ name: 'user', by: 'user', windows: [{ quota: 2, windowSeconds: 60 }] }] }

for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  test(`${name}: the fields are on what passes and on what does not`, async () => {
    const port = await serve(framework(apiBoundary({ limits, now: () => NOW }), echo))
    const answers = []
    for (let index = 0; index < 3; index++) answers.push(await sendRequest(port, { path: '/orders/1', headers: ALICE }))
    assert.deepEqual(
      answers.map(({ status, headers }) => [
        status,
        headers.ratelimit,
        headers['ratelimit-policy'],
        headers['retry-after'],
      ]),
      [
        [200, '"user";r=1;t=30', '"user";q=2;w=60', undefined],
        [200, '"user";r=0;t=60', '"user";q=2;w=60', undefined],
        [429, '"user";r=0;t=30', '"user";q=2;w=60', '30'],
      ],
    )
    assert.equal(answers[2]?.json().code, 'too_many_requests')
  })
}

suite('with onError "next"', () => {
  test('the app gets the error, with its headers', async () => {
    const app = express().use(apiBoundary({ limits, now: () => NOW, onError: 'next' }), echo)
    app.use(((error, _request, response, _next) => {
      response.status(error.status).set(error.headers).json({ by: 'app', code: error.code })
    }) satisfies express.ErrorRequestHandler)
    const port = await serve(app)
    for (let index = 0; index < 2; index++) await sendRequest(port, { path: '/orders/1', headers: ALICE })
    const { status, headers, body } = await sendRequest(port, { path: '/orders/1', headers: ALICE })
    assert.deepEqual([status, headers['retry-after'], headers.ratelimit], [429, '30', '"user";r=0;t=30'])
    assert.match(body, /"by":"app","code":"too_many_requests"/)
  })
})

test('without limits there are no such fields', async () => {
  const port = await serve(express().use(apiBoundary(), echo))
  const { headers } = await sendRequest(port, { path: '/orders/1', headers: ALICE })
  assert.deepEqual([headers.ratelimit, headers['ratelimit-policy']], [undefined, undefined])
})
