import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import type { BoundaryOptions } from '../../lib/boundary-options.ts'
import { boundaryStages } from '../../middleware/stages.ts'
import { CREDENTIALS, ROUTES } from '../support/api-boundary.ts'
import { decisionEvents } from '../support/decision-events.ts'
import { echo } from '../support/echo.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

suite('what passes the stages is published once, as boundary() does', () => {
  const events = decisionEvents()
  const limits = { rules: [{ name: 'client', by: 'client', windows: [{ quota: 1, windowSeconds: 60 }] }] } as const

  async function told(path: string, key: string, options: Partial<BoundaryOptions> = {}, requests = 1) {
    const authenticate = headerAuthenticator('x-api-key', CREDENTIALS, { later: key === 'partner' })
    const stages = boundaryStages({ authenticate, routes: ROUTES, ...options })
    const { admit, authenticate: who, limit, authorize, propagate } = stages
    const port = await serve(express().use(admit, who, limit, authorize, propagate, echo))
    for (let request = 0; request < requests; request++) {
      events.length = 0
      const headers = key === '' ? [] : [['X-API-Key', key] as const]
      const { status, headers: answered } = await sendRequest(port, { path, headers })
      const [event] = events
      assert.equal(events.length, 1)
      assert.equal(event?.status ?? 200, status)
      if (answered['x-request-id'] !== undefined) assert.equal(event?.requestId, answered['x-request-id'])
    }
    const {
      outcome,
      decidedBy,
      stage,
      rule,
      reason,
      principal,
      clientAddress,
      durationMs,
      path: of,
    } = events[0] ?? assert.fail()
    assert.deepEqual([decidedBy, clientAddress, durationMs > 0], ['boundary', '127.0.0.1', true])
    return [outcome, stage, rule, reason, principal?.subject, of]
  }

  test('of who is let through', async () => {
    const orders = ['allowed', 'propagate', 'GET /orders/**', undefined]
    assert.deepEqual(await told('/orders/1', 'alice'), [...orders, 'alice', '/orders/1'])
    assert.deepEqual(await told('/orders/1', 'partner'), [...orders, 'partner', '/orders/1'])
  })
  test('of a public route', async () => {
    assert.deepEqual(await told('/public/x', ''), [
      'allowed',
      'propagate',
      '* /public/**',
      undefined,
      undefined,
      '/public/x',
    ])
  })
  test('of what is not admitted', async () => {
    assert.deepEqual(await told('/a/../b', 'alice'), ['denied', 'admit', undefined, 'target', undefined, undefined])
  })
  test('of a bad credential', async () => {
    const expected = ['denied', 'authenticate', 'GET /orders/**', 'unknown', undefined, '/orders/1']
    assert.deepEqual(await told('/orders/1', 'bad'), expected)
  })
  test('of a limit', async () => {
    const expected = ['denied', 'limit', 'GET /orders/**', 'limit client', 'alice', '/orders/1']
    assert.deepEqual(await told('/orders/1', 'alice', { limits }, 2), expected)
  })
  test('of a role that is missing', async () => {
    assert.deepEqual(await told('/admin', 'alice'), ['denied', 'authorize', '* /admin/**', 'role', 'alice', '/admin'])
  })

  test('a stage that comes too early is published too', async () => {
    const stages = boundaryStages({ authenticate: headerAuthenticator('x-api-key', CREDENTIALS) })
    const port = await serve(express().use(stages.authorize, echo))
    events.length = 0
    await sendRequest(port, { path: '/x' })
    assert.deepEqual(
      events.map(({ status, reason }) => [status, reason]),
      [[503, 'boundaryStages']],
    )
  })
})
