import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import type { LimitOptions } from '../../lib/limit/limiter.ts'
import { type BoundaryStages, boundaryStages } from '../../middleware/stages.ts'
import { NOW } from '../support/access-token.ts'
import { CREDENTIALS, ROUTES } from '../support/api-boundary.ts'
import { echo } from '../support/echo.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { fragileRateLimits } from '../support/fragile-rate-limits.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const rules: LimitOptions['rules'] = [
  { name: 'user', by: 'user', windows: [{ quota: 2, windowSeconds: 60 }] },
  { name: 'network', by: 'network', windows: [{ quota: 4, windowSeconds: 60 }], tell: true },
]
type Name = keyof BoundaryStages
const ALL = ['admit', 'authenticate', 'limit', 'authorize', 'propagate'] as const

async function composed(names: readonly Name[], limits: LimitOptions | undefined = { rules }) {
  const authenticate = headerAuthenticator('x-api-key', CREDENTIALS)
  const stages = boundaryStages({ authenticate, routes: ROUTES, now: () => NOW, ...(limits && { limits }) })
  const app = express()
  for (const name of names) app.use(stages[name])
  const port = await serve(app.use(echo))
  return {
    calls: authenticate.calls,
    send: (path: string, key?: string) => sendRequest(port, { path, headers: key ? [['X-API-Key', key]] : [] }),
  }
}

for (const [where, store] of [
  ['in memory', undefined],
  ['elsewhere', fragileRateLimits(() => NOW)],
] as const) {
  test(`the five, in their order, limit as a boundary does: store ${where}`, async () => {
    const { send, calls } = await composed(ALL, { rules, ...(store && { store }) })
    const first = await send('/orders/1', 'alice')
    assert.equal(first.headers.ratelimit, '"network";r=3;t=15, "user";r=1;t=30')
    assert.equal((await send('/public/x')).headers.ratelimit, '"network";r=2;t=30')
    assert.equal((await send('/orders/1', 'alice')).status, 200)
    const refused = await send('/orders/1', 'alice')
    assert.deepEqual([refused.status, refused.headers.ratelimit], [429, '"user";r=0;t=30'])
    const before = calls()
    const flooded = await send('/orders/1', 'bad')
    assert.deepEqual([flooded.status, flooded.headers['retry-after'], calls()], [429, '15', before])
  })
}

suite('a limit that is not mounted, or too early', () => {
  const wrong: readonly (readonly [string, readonly Name[], string, number])[] = [
    ['left out', ['admit', 'authenticate', 'authorize', 'propagate'], '/orders/1', 503],
    ['left out, on a public route', ['admit', 'authenticate', 'authorize', 'propagate'], '/public/x', 503],
    ['before authenticate', ['admit', 'limit', 'authenticate', 'authorize', 'propagate'], '/orders/1', 503],
    ['before admit', ['limit'], '/orders/1', 503],
  ]
  for (const [name, names, path, status] of wrong) {
    test(`${name}: ${status}`, async () => {
      assert.equal((await (await composed(names)).send(path, 'alice')).status, status)
    })
  }
})

test('without limits it may be mounted or left out', async () => {
  for (const names of [ALL, ALL.filter((name) => name !== 'limit')]) {
    const stages = boundaryStages({ authenticate: headerAuthenticator('x-api-key', CREDENTIALS), routes: ROUTES })
    const app = express()
    for (const name of names) app.use(stages[name])
    const port = await serve(app.use(echo))
    const { status, headers } = await sendRequest(port, { path: '/orders/1', headers: [['X-API-Key', 'alice']] })
    assert.deepEqual([status, headers.ratelimit], [200, undefined])
  }
})
