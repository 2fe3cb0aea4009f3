import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import type { DecisionEvent } from '../../lib/decision-event.ts'
import { DependencyError } from '../../lib/errors.ts'
import { authorize, requireRoles, requireScopes } from '../../middleware/authorize.ts'
import type { Middleware } from '../../middleware/connect.ts'
import { apiBoundary } from '../support/api-boundary.ts'
import { decisionEvents } from '../support/decision-events.ts'
import { echo } from '../support/echo.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

suite('what a middleware behind the boundary refuses', () => {
  const events = decisionEvents()

  async function told(middleware: Middleware, status: number, path = '/orders/1'): Promise<readonly DecisionEvent[]> {
    const port = await serve(express().use(apiBoundary(), middleware, echo))
    events.length = 0
    const answer = await sendRequest(port, { path, headers: [['X-API-Key', 'alice']] })
    assert.equal(answer.status, status)
    for (const { requestId } of events) assert.equal(requestId, answer.headers['x-request-id'])
    return [...events]
  }

  test('is published, after what the boundary has decided', async () => {
    const [first, second] = await told(requireRoles(['admin']), 403)
    assert.deepEqual([first?.outcome, first?.decidedBy], ['allowed', 'boundary'])
    const { durationMs, startedAt, ...event } = second ?? assert.fail()
    assert.ok(durationMs > 0 && startedAt >= (first?.startedAt ?? 0))
    assert.deepEqual(event, {
      outcome: 'denied',
      decidedBy: 'middleware',
      entrance: 'http',
      stage: 'authorize',
      requestId: first?.requestId,
      method: 'GET',
      host: 'api.example.test',
      path: '/orders/1',
      clientAddress: '127.0.0.1',
      rule: 'GET /orders/**',
      status: 403,
      code: 'access_denied',
      reason: 'role',
      cause: undefined,
      principal: { kind: 'user', subject: 'alice', method: 'x-api-key', tenantId: 't1' },
    })
  })
  test('is published of scopes, and of nobody', async () => {
    assert.equal((await told(requireScopes(['write:orders']), 403))[1]?.code, 'insufficient_scope')
    assert.equal((await told(requireRoles(['x']), 401, '/public/x'))[1]?.reason, 'no principal')
  })
  test('is published when the policy answers later, or fails', async () => {
    const cause = new DependencyError('OPA', 'is down')
    const [, failed] = await told(authorize({ name: 'p', decide: () => Promise.reject(cause) }), 503)
    assert.deepEqual([failed?.decidedBy, failed?.status, failed?.reason], ['middleware', 503, 'OPA'])
    assert.equal(failed?.cause, cause)
  })
  test('is not published when it lets a request through: the boundary has', async () => {
    assert.equal((await told(requireRoles(['editor']), 200)).length, 1)
  })
})
