import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { type BoundaryMiddlewareOptions, boundary } from '../../middleware/boundary.ts'
import { boundaryStages } from '../../middleware/stages.ts'
import { CREDENTIALS, ROUTES } from '../support/api-boundary.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const APP = 'https://app.example.com'
const options: BoundaryMiddlewareOptions = {
  authenticate: headerAuthenticator('x-api-key', CREDENTIALS),
  routes: ROUTES,
  cors: { origins: [APP] },
}
const ASKS = ['Access-Control-Request-Method', 'DELETE'] as const

for (const [title, middleware] of [
  ['boundary()', [boundary(options)]],
  ['boundaryStages()', Object.values(boundaryStages(options))],
] as const) {
  suite(`CORS by ${title}`, async () => {
    let passed = 0
    const app = express().use((_request, response, next) => {
      response.vary('Accept-Encoding')
      next()
    })
    app.use(...middleware, (_request, response) => {
      passed++
      response.json({})
    })
    const port = await serve(app)
    const send = (method: string, path: string, ...headers: (readonly [string, string])[]) =>
      sendRequest(port, { method, path, headers })

    test('no preflight goes on, whatever the route, and whatever it carries', async () => {
      const before = passed
      for (const path of ['/orders/1', '/admin', '/public/x', '/nothing', '/echo/1']) {
        const key = ['X-API-Key', 'admin'] as const
        assert.equal((await send('OPTIONS', path, ['Origin', APP], ASKS)).status, 204)
        assert.equal((await send('OPTIONS', path, ['Origin', APP], ASKS, key)).status, 204)
        assert.equal((await send('OPTIONS', path, ['Origin', 'https://evil.example'], ASKS, key)).status, 403)
      }
      assert.equal(passed, before)
    })
    test('a path that is not canonical stays 400', async () => {
      assert.equal((await send('OPTIONS', '/public/../admin', ['Origin', APP], ASKS)).status, 400)
    })
    test('an OPTIONS that is no preflight needs what any request needs', async () => {
      assert.equal((await send('OPTIONS', '/orders/1', ['Origin', APP])).status, 401)
      assert.equal((await send('OPTIONS', '/orders/1', ASKS)).status, 401)
      assert.equal((await send('OPTIONS', '/orders/1', ['Origin', APP], ['X-API-Key', 'alice'])).status, 403)
    })
    test('a page may read every answer, refusals among them', async () => {
      for (const [path, key, status] of [
        ['/orders/1', 'alice', 200],
        ['/orders/1', 'bad', 401],
        ['/admin', 'alice', 403],
        ['/orders/../x', 'alice', 400],
      ] as const) {
        const { status: found, headers } = await send('GET', path, ['Origin', APP], ['X-API-Key', key])
        assert.equal(found, status)
        assert.equal(headers['access-control-allow-origin'], APP)
        assert.equal(headers.vary, 'Accept-Encoding, Origin')
      }
    })
    test('another page may not', async () => {
      const { headers } = await send('GET', '/orders/1', ['Origin', 'https://evil.example'], ['X-API-Key', 'alice'])
      assert.equal(headers['access-control-allow-origin'], undefined)
      assert.match(headers.vary ?? '', /Origin/)
    })
  })
}
