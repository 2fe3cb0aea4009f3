import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { apiKeyAuthenticator } from '../../lib/authenticate/api-key.ts'
import type { Explanation } from '../../lib/explain/explanation.ts'
import { memoryRateLimitStore } from '../../lib/store/memory.ts'
import type { RateLimitTake } from '../../lib/store/rate-limit-store.ts'
import { type Boundary, boundary } from '../../middleware/boundary.ts'
import { apiKeysFixture, granted } from '../support/api-keys-fixture.ts'
import { decisionEvents } from '../support/decision-events.ts'
import { echo } from '../support/echo.ts'
import { untyped } from '../support/refused-option.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

async function gateway() {
  const { keys, store, clock } = apiKeysFixture()
  const { key } = granted(await keys.create({ owner: 'acme', environment: 'live', scopes: ['read'] }))
  const used: string[] = []
  const takes: RateLimitTake[] = []
  const counted = memoryRateLimitStore({ now: clock.now })
  const gate = boundary({
    authenticate: apiKeyAuthenticator({
      ...{ keys: store, environments: ['live'], now: clock.now },
      usage: { note: (id) => void used.push(id) },
    }),
    routes: [{ path: '/orders/**', scopes: ['read'] }],
    hosts: ['api.example.com', 'api.example.test'],
    limits: {
      rules: [{ name: 'client', by: 'client', windows: [{ quota: 1, windowSeconds: 60 }] }],
      store: {
        take(asked) {
          takes.push(...asked)
          return counted.take(asked)
        },
      },
    },
    now: clock.now,
  })
  return { gate, key, used, takes }
}

/** A server that explains each request instead of letting it through. */
function explaining(gate: Boundary) {
  return serve(
    express().use(async (request, response) => {
      response.json(await gate.explain(request))
    }),
  )
}

suite('boundary.explain', () => {
  const events = decisionEvents()

  test('explains a request that arrives, and one that is described, alike', async () => {
    const { gate, key } = await gateway()
    const port = await explaining(gate)
    const headers = [['X-API-Key', key]] as const
    const answer = await sendRequest(port, { path: '/orders/7?page=2', headers })
    const arrived = answer.json() as unknown as Explanation
    const described = await gate.explain({ url: '/orders/7?page=2', ip: '127.0.0.1', headers: { 'x-api-key': key } })
    assert.equal(arrived.outcome, 'allowed')
    assert.deepEqual(arrived.stages.authenticate, JSON.parse(JSON.stringify(described.stages.authenticate)))
    assert.deepEqual(arrived.stages.authorize, JSON.parse(JSON.stringify(described.stages.authorize)))
    assert.equal(described.request.host, 'api.example.com', 'the first of the hosts, when none is asked for')
    assert.ok(!answer.body.includes(key))
  })

  test('counts nothing, notes nothing and publishes nothing', async () => {
    const { gate, key, used, takes } = await gateway()
    const described = { url: '/orders/7', ip: '192.0.2.7', headers: { 'x-api-key': key } }
    events.length = 0
    for (let count = 0; count < 3; count++) assert.equal((await gate.explain(described)).outcome, 'allowed')
    await gate.explain({ ...described, headers: { 'x-api-key': 'junk' } })
    assert.deepEqual([events, used], [[], []])
    assert.ok(takes.length > 0 && takes.every(({ cost }) => cost === 0))
    const port = await serve(express().use(gate).use(echo))
    const send = () => sendRequest(port, { path: '/orders/7', headers: [['X-API-Key', key]] })
    assert.deepEqual([(await send()).status, (await send()).status], [200, 429])
    assert.deepEqual([events.length, used.length], [2, 2])
    assert.equal((await gate.explain(described)).answer?.status, 429)
  })

  test('explains an upgrade as one', async () => {
    const { gate, key } = await gateway()
    const { stages } = await gate.explain({ url: '/orders/7', headers: { 'x-api-key': key } }, { entrance: 'upgrade' })
    assert.equal(stages.admit.verdict, 'refused')
  })

  test('changes nothing of the request', async () => {
    const { gate, key } = await gateway()
    const port = await serve(
      express().use(async (request, response) => {
        const before = [request.url, [...request.rawHeaders]]
        await gate.explain(request)
        response.json({ isSame: JSON.stringify(before) === JSON.stringify([request.url, request.rawHeaders]) })
      }),
    )
    const answer = await sendRequest(port, { path: '/orders/7', headers: [['X-API-Key', key]] })
    assert.deepEqual(answer.json(), { isSame: true })
  })

  test('refuses a description of what could not be sent', async () => {
    const { gate } = await gateway()
    await assert.rejects(gate.explain(untyped({ path: '/orders/7' })), {
      name: 'TypeError',
      message: /explain: .*"path"/,
    })
    await assert.rejects(gate.explain({ url: '/' }, untyped({ entrance: 'door' })), TypeError)
  })
})
