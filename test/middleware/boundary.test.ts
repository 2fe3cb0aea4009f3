import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import express, { type ErrorRequestHandler } from 'express'
import type { Authentication } from '../../lib/authenticate/authenticator.ts'
import { AuthError } from '../../lib/errors.ts'
import { type BoundaryMiddlewareOptions, boundary } from '../../middleware/boundary.ts'
import { apiBoundary, CREDENTIALS } from '../support/api-boundary.ts'
import { decisionEvents } from '../support/decision-events.ts'
import { type Echoed, echo } from '../support/echo.ts'
import { answeringAuthenticator, headerAuthenticator } from '../support/fake-authenticator.ts'
import { MOUNTING } from '../support/frameworks.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const ALICE = [['X-API-Key', 'alice']] as const

suite('refused at boot', () => {
  const authenticate = headerAuthenticator('x-api-key', {})
  const refused: readonly (readonly [object, ...string[]])[] = [
    [{ onErr: 'next' }, 'Did you mean "onError"?'],
    [{ onError: 'throw' }, '"onError"', '"next"'],
    [{ now: 1 }, '"now"'],
    [{ schedule: 'x' }, '"schedule"'],
    [{ authenticate: undefined }, '"authenticate"'],
    [{ routes: [] }, 'routes'],
    [{ trustedProxies: true }, '"trustedProxies"'],
  ]
  for (const [changes, ...words] of refused) {
    test(JSON.stringify(changes), () => {
      assertRefusedOption(() => boundary(untyped<BoundaryMiddlewareOptions>({ authenticate, ...changes })), ...words)
    })
  }
})

suite('answers', async () => {
  const port = await serve(express().use(apiBoundary(), echo))

  test('a refusal as problem details, with the challenge and without a cache', async () => {
    const answer = await sendRequest(port, { path: '/orders/1' })
    assert.equal(answer.status, 401)
    assert.equal(answer.headers['www-authenticate'], 'Fake name="x-api-key"')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['content-type'], 'application/problem+json')
    assert.equal(answer.json().requestId, answer.headers['x-request-id'])
  })

  test('what is allowed with the id of the request', async () => {
    const answer = await sendRequest(port, { path: '/echo', headers: ALICE })
    assert.equal(answer.headers['x-request-id'], (answer.json() as unknown as Echoed).headers['x-request-id'])
  })

  test('HEAD without a body', async () => {
    const answer = await sendRequest(port, { method: 'HEAD', path: '/orders/1' })
    assert.deepEqual([answer.status, answer.body], [401, ''])
  })
})

suite("onError 'next' hands the error to the app", async () => {
  const errors: AuthError[] = []
  const handler: ErrorRequestHandler = (error, _request, response, _next) => {
    assert.ok(error instanceof AuthError)
    errors.push(error)
    response.status(error.status).set(error.headers).json({ custom: error.message, exposed: error.expose })
  }
  const handled = await serve(
    express()
      .use(apiBoundary({ onError: 'next' }), echo)
      .use(handler),
  )
  const unhandled = await serve(
    express()
      .set('env', 'production')
      .use(apiBoundary({ onError: 'next' }), echo),
  )

  test('with its status, its headers and leave to show its message', async () => {
    const answer = await sendRequest(handled, { path: '/orders/1' })
    assert.equal(answer.status, 401)
    assert.deepEqual(answer.json(), { custom: 'Authentication is required', exposed: true })
    assert.equal(answer.headers['www-authenticate'], 'Fake name="x-api-key"')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.match(String(answer.headers['x-request-id']), /^[0-9a-f-]{36}$/)
    assert.deepEqual(Object.keys(errors.at(-1)?.headers ?? {}).sort(), [
      'cache-control',
      'www-authenticate',
      'x-request-id',
    ])
  })

  test("so that Express' own handler answers rightly", async () => {
    const answer = await sendRequest(unhandled, { path: '/admin', headers: ALICE })
    assert.equal(answer.status, 403)
    assert.match(String(answer.headers['x-request-id']), /^[0-9a-f-]{36}$/)
    assert.ok(!answer.body.includes('    at '))
  })

  test('one error for each request: headers of one are never those of another', async () => {
    const one = await sendRequest(handled, { path: '/orders/1' })
    const other = await sendRequest(handled, { path: '/orders/1' })
    assert.notEqual(one.headers['x-request-id'], other.headers['x-request-id'])
  })
})

suite('a mount path', () => {
  for (const [framework, mounted] of Object.entries(MOUNTING)) {
    suite(framework, async () => {
      const routes = [
        { path: '/api/admin/**', roles: ['admin'] },
        { path: '/api/**', authenticated: true },
        { path: '/Caf%C3%A9/**', authenticated: true },
      ] as const
      const port = await serve(mounted('/api', apiBoundary({ routes }), echo))
      const get = (path: string, key = 'alice') => sendRequest(port, { path, headers: [['X-API-Key', key]] })

      test('is part of the path that is authorised', async () => {
        assert.equal((await get('/api/admin/x')).status, 403)
        assert.equal((await get('/api/admin/x', 'admin')).status, 200)
      })
      test('is cut off the URL, as before', async () => {
        for (const [path, url] of [
          ['/api', '/'],
          ['/api/', '/'],
          ['/api?a=b', '/?a=b'],
          ['/api/orders/1?a=%2e', '/orders/1?a=%2e'],
          ['/API/Orders', '/Orders'],
        ] as const) {
          const seen = (await get(path)).json() as unknown as Echoed
          assert.deepEqual([seen.url, seen.originalUrl], [url, path])
        }
      })
      test('is kept apart from an encoded rest, which goes on in its one spelling', async () => {
        const seen = (await get('/api/%6frders/%34%32/?a=%6f')).json() as unknown as Echoed
        assert.deepEqual([seen.url, seen.originalUrl], ['/orders/42/?a=%6f', '/api/orders/42/?a=%6f'])
      })
      test('does not open what another spelling protects', async () => {
        for (const path of ['/api/%61dmin/x', '/api/ADMIN/x', '/api/admin', '/api/admin/'])
          assert.equal((await get(path)).status, 403, path)
        for (const path of ['/api/../api/admin', '/api//admin', '/api/x/../admin', '/api/%2e%2e/admin'])
          assert.equal((await get(path)).status, 400, path)
      })
      test('in an encoded spelling never reaches a handler unauthorised', async () => {
        assert.notEqual((await get('/%61pi/admin/x')).status, 200)
      })
    })
  }

  test('with a parameter, in an encoded spelling, is authorised by what it means', async () => {
    const routes = [
      { path: '/acme/**', roles: ['admin'] },
      { path: '/:tenant/**', authenticated: true },
    ] as const
    const port = await serve(express().use('/:tenant', apiBoundary({ routes }), echo))
    assert.equal((await sendRequest(port, { path: '/%61cme/x', headers: ALICE })).status, 403)
    const seen = (await sendRequest(port, { path: '/%6fther/%78', headers: ALICE })).json() as unknown as Echoed
    assert.deepEqual([seen.url, seen.originalUrl], ['/x', '/other/x'])
  })
})

suite('a middleware before it that rewrites the URL', () => {
  const events = decisionEvents()
  const rewrites: Readonly<Record<string, (url: string) => string>> = {
    'to another path': () => '/public/x',
    'by a prefix': (url) => `/v2${url}`,
    'by cutting one off': (url) => url.replace('/public', ''),
    'in its query': (url) => `${url}?admin=true`,
  }
  for (const [name, rewrite] of Object.entries(rewrites)) {
    test(`${name}: nothing is authorised that is not forwarded`, async () => {
      const app = express().use((request, _response, next) => {
        request.url = rewrite(request.url)
        next()
      })
      const port = await serve(app.use(apiBoundary(), echo))
      const answer = await sendRequest(port, { path: '/public/orders/1', headers: ALICE })
      assert.equal(answer.status, 503)
      assert.ok(!answer.body.includes('rewrote'))
    })
  }

  test('is an event too', async () => {
    const app = express().use((request, _response, next) => {
      request.url = '/elsewhere'
      next()
    })
    const port = await serve(app.use(apiBoundary(), echo))
    events.length = 0
    await sendRequest(port, { path: '/public/x' })
    assert.deepEqual(
      events.map(({ status, outcome }) => [status, outcome]),
      [[503, 'denied']],
    )
  })
})

suite('an answer that comes later', () => {
  test('is as good', async () => {
    const authenticate = headerAuthenticator('x-api-key', CREDENTIALS, { later: true })
    const port = await serve(express().use(apiBoundary({ authenticate }), echo))
    assert.equal((await sendRequest(port, { path: '/echo', headers: ALICE })).status, 200)
    assert.equal((await sendRequest(port, { path: '/admin', headers: ALICE })).status, 403)
  })

  /** Another middleware has answered while the authenticator was thinking, as a time limit would. */
  async function answeredMeanwhile(answer: () => Authentication): Promise<{ crashed: unknown; handled: boolean }> {
    const thinking = Promise.withResolvers<Authentication>()
    const guarded = apiBoundary({ authenticate: answeringAuthenticator(() => thinking.promise) })
    let handled = false
    let crashed: unknown
    const done = Promise.withResolvers<void>()
    const watch = (reason: unknown) => {
      crashed = reason
    }
    process.on('unhandledRejection', watch)
    const port = await serve(
      createServer((request: IncomingMessage, response: ServerResponse) => {
        guarded(request, response, () => {
          handled = true
        })
        response.writeHead(504).end('too slow')
        thinking.resolve(answer())
        setImmediate(() => setImmediate(done.resolve))
      }),
    )
    const received = await sendRequest(port, { path: '/echo', headers: ALICE })
    await done.promise
    await turn()
    process.off('unhandledRejection', watch)
    assert.equal(received.status, 504)
    return { crashed, handled }
  }

  test('too late, and allows: it crashes nothing', async () => {
    const { crashed } = await answeredMeanwhile(() => ({ outcome: 'authenticated', principal: CREDENTIALS.alice }))
    assert.equal(crashed, undefined)
  })

  test('too late, and refuses: it crashes nothing, and no handler runs', async () => {
    const { crashed, handled } = await answeredMeanwhile(() => ({ outcome: 'absent' }))
    assert.deepEqual([crashed, handled], [undefined, false])
  })
})

test("a handler that throws is the app's own affair, and no refusal", async () => {
  const handler: ErrorRequestHandler = (error: Error, _request, response, _next) =>
    void response.status(500).end(error.message)
  const app = express().use(apiBoundary(), () => {
    throw new Error('of the handler')
  })
  const port = await serve(app.use(handler))
  const answer = await sendRequest(port, { path: '/echo', headers: ALICE })
  assert.deepEqual([answer.status, answer.body], [500, 'of the handler'])
})

test('an error handler that goes on by mistake goes on with nothing that the client forged', async () => {
  const app = express().use(apiBoundary({ onError: 'next' }))
  const goOn: ErrorRequestHandler = (_error, _request, _response, next) => next()
  const port = await serve(app.use(goOn, echo))
  const headers = [
    ['X-User-ID', 'root'],
    ['X-API-Key', 'bad'],
    ['Accept', 'text/html'],
  ] as const
  const seen = (await sendRequest(port, { path: '/orders', headers })).json() as unknown as Echoed
  assert.deepEqual(
    Object.keys(seen.headers).sort(),
    ['accept', 'connection', 'host'].filter((name) => name in seen.headers),
  )
  assert.equal(seen.headers['x-user-id'], undefined)
  assert.equal(seen.headers['x-api-key'], undefined)
})
