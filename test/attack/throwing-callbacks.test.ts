import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import express, { type ErrorRequestHandler } from 'express'
import type { Authentication } from '../../lib/authenticate/authenticator.ts'
import type { Decision } from '../../lib/authorize/policy.ts'
import type { Awaitable } from '../../lib/effects.ts'
import { apiKeyAuthenticator, generateApiKey, jwtAuthenticator, memoryKeyStore } from '../../lib/index.ts'
import type { KeyStore } from '../../lib/store/key-store.ts'
import { authorize } from '../../middleware/authorize.ts'
import { type BoundaryMiddlewareOptions, boundary } from '../../middleware/boundary.ts'
import type { Middleware } from '../../middleware/connect.ts'
import { boundaryStages } from '../../middleware/stages.ts'
import { AUDIENCE, ISSUER } from '../support/access-token.ts'
import { answeringAuthenticator, headerAuthenticator } from '../support/fake-authenticator.ts'
import { principal } from '../support/outcomes.ts'
import { handshake } from '../support/raw-exchange.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

/** Answers with anything, at once or later, or throws: what it says of its type is no promise. */
type Callback = () => never
type Case = readonly [name: string, callback: Callback]

/** What Express takes for "go on", for "leave the route", or for an error. */
const THROWN: readonly unknown[] = [
  undefined,
  null,
  '',
  0,
  false,
  Number.NaN,
  'route',
  'router',
  {},
  new Error('secret'),
]

const callback = (answer: () => unknown) => answer as Callback
const thenable = (then: () => unknown) => Object.fromEntries([['then', then]])

const SETTLED: readonly Case[] = [
  ...THROWN.flatMap((value): Case[] => {
    const fail = () => {
      throw value
    }
    return [
      [`throws ${String(value) || "''"}`, callback(fail)],
      [`rejects with ${String(value) || "''"}`, callback(async () => fail())],
      [`answers with a thenable that throws ${String(value) || "''"}`, callback(() => thenable(fail))],
    ]
  }),
]
const UNSETTLED: readonly Case[] = [
  ['never settles', callback(() => new Promise(() => undefined))],
  ['answers with a thenable that never settles', callback(() => thenable(() => undefined))],
]
const NONSENSE: readonly Case[] = [
  ...[undefined, null, true, 1, 'authenticated', {}, [], { allow: 'true' }, { allow: 1 }, { allow: false }],
  ...[
    { outcome: 'ok' },
    { outcome: 'authenticated' },
    { outcome: 'rejected' },
    { outcome: 'rejected', error: new Error() },
  ],
  { outcome: 'authenticated', principal: { kind: 'user', subject: 'root', roles: ['admin'], scopes: [] } },
].flatMap((value): Case[] => [
  [`answers ${JSON.stringify(value)}`, callback(() => value)],
  [`answers ${JSON.stringify(value)} later`, callback(async () => value)],
])

const KEY = generateApiKey('sk', 'live')
const now = Math.floor(Date.now() / 1000)
const TOKEN = createSigningKey('ES256').sign({ iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + 60 })
const alice = headerAuthenticator('x-api-key', { [KEY]: principal() })
const ROUTES = [{ path: '/**', authenticated: true }] as const

const guarded = (options: BoundaryMiddlewareOptions) => boundary({ deadlineMs: 40, routes: ROUTES, ...options })
const fake = (fail: Callback) => answeringAuthenticator(fail as () => Awaitable<Authentication>)

async function assertUnavailable(...middleware: readonly Middleware[]): Promise<void> {
  let reached = 0
  const app = express()
  for (const each of middleware) app.use(each)
  app.use((_request, response) => {
    reached++
    response.end('protected')
  })
  const handler: ErrorRequestHandler = (_error, _request, response, _next) => void response.status(500).end('handler')
  app.use(handler)
  const port = await serve(createServer(app))
  const answer = await sendRequest(port, { path: '/x', headers: [API_KEY, BEARER] })
  assert.equal(answer.status, 503)
  assert.equal(reached, 0)
  assert.ok(!answer.body.includes('secret'))
}

const API_KEY = ['X-API-Key', KEY] as const
const BEARER = ['Authorization', `Bearer ${TOKEN}`] as const

suite('on Express, 503, and what is protected is not reached: an authenticator that', () => {
  for (const [name, fail] of [...SETTLED, ...UNSETTLED, ...NONSENSE]) {
    test(name, () => assertUnavailable(guarded({ authenticate: fake(fail) })))
  }
})

suite('the same, with the stages one by one: an authenticator that', () => {
  for (const [name, fail] of [...SETTLED, ...UNSETTLED, ...NONSENSE]) {
    test(name, () => {
      const stages = boundaryStages({ deadlineMs: 40, routes: ROUTES, authenticate: fake(fail) })
      return assertUnavailable(stages.admit, stages.authenticate, stages.authorize, stages.propagate)
    })
  }
})

suite('the same: a key store that', () => {
  for (const [name, fail] of [...SETTLED, ...UNSETTLED]) {
    test(name, () => {
      const keys: KeyStore = { ...memoryKeyStore([]), findByHash: fail }
      return assertUnavailable(guarded({ authenticate: apiKeyAuthenticator({ keys, environments: ['live'] }) }))
    })
  }
})

suite('the same: a fetch of the keys of an issuer that', () => {
  for (const [name, fail] of [...SETTLED, ...UNSETTLED]) {
    test(name, () => {
      const gate = guarded({
        authenticate: jwtAuthenticator({
          ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], warn: () => undefined },
          ...{ fetch: fail, keySet: { deadlineMs: 40 } },
        }),
      })
      return assertUnavailable(gate)
    })
  }
})

suite('the same: a policy behind the boundary that', () => {
  const deciding = (decide: Callback) => ({ name: 'policy', decide: decide as () => Awaitable<Decision> })
  for (const [name, fail] of [...SETTLED, ...NONSENSE]) {
    test(name, () => assertUnavailable(guarded({ authenticate: alice }), authorize(deciding(fail))))
  }
})

test('on an upgrade too, and the verdict is no', async () => {
  for (const [name, fail] of [...SETTLED, ...UNSETTLED, ...NONSENSE]) {
    const gate = guarded({ authenticate: fake(fail) })
    const server = createServer()
    const verdicts: boolean[] = []
    server.on('upgrade', async (request, socket, head) => verdicts.push(await gate.upgrade(request, socket, head)))
    const port = await serve(server)
    const [, ...headers] = handshake('/x', `X-API-Key: ${KEY}`)
    assert.equal(statusOf(await sendRequestLines(port, { target: '/x', headers })), 503, name)
    assert.deepEqual(verdicts, [false], name)
  }
})
