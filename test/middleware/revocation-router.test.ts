import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { type RevocationRequest, revocationRequests } from '../../lib/revoke/revocation-request.ts'
import { revocationRouter } from '../../middleware/revocation-router.ts'
import { NOW } from '../support/access-token.ts'
import { apiBoundary } from '../support/api-boundary.ts'
import { memoryRevocations } from '../support/memory-revocations.ts'
import { publishedOn } from '../support/published-events.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'
import { serve } from '../support/serve.ts'

const revocations = memoryRevocations()
const router = revocationRouter({ revocations, maxTokenLifetimeSeconds: 700, now: () => NOW })
const app = express()
app.use(apiBoundary())
app.use('/admin/revocations', router)
app.use('/echo/revocations', router)
app.use('/public/revocations', router)
const origin = `http://127.0.0.1:${await serve(app)}`

function send(path: string, credential: string | undefined, body?: string, type = 'application/json', method = 'POST') {
  const headers = {
    ...(credential && { 'x-api-key': credential }),
    ...(body !== undefined && { 'content-type': type }),
  }
  return fetch(origin + path, { method, headers, ...(body !== undefined && { body }) })
}

suite('the administration of revocations', () => {
  test('is for its role, also on a route that lets anybody through', async () => {
    assert.equal((await send('/admin/revocations', 'alice', '{"jti":"t"}')).status, 403)
    assert.equal((await send('/echo/revocations', 'alice', '{"jti":"t"}')).status, 403)
    assert.equal((await send('/public/revocations', undefined, '{"jti":"t"}')).status, 401)
    assert.equal((await send('/admin/revocations', undefined, '{"jti":"t"}')).status, 401)
    assert.deepEqual(revocations.take(), [])
    assert.equal((await send('/echo/revocations', 'admin', '{"jti":"t"}')).status, 201)
    assert.equal(revocations.take().length, 1)
  })

  test('records what is to end, tells it back, and says in the event who asked', async () => {
    const events = publishedOn<RevocationRequest>(revocationRequests)
    const response = await send('/admin/revocations', 'admin', '{"sid":"s","issuer":"https://a.test"}')
    const revocation = { kind: 'session', sessionId: 's', issuer: 'https://a.test', expiresAt: NOW + 1_000 }
    assert.deepEqual([response.status, await response.json()], [201, revocation])
    assert.deepEqual(revocations.take(), [revocation])
    assert.deepEqual(
      events.map(({ input, actor }) => [input, actor]),
      [['administration', 'user:root']],
    )
  })

  test('answers what is wrong with a body', async () => {
    const bodies: readonly (readonly [body: string | undefined, type: string, status: number])[] = [
      [undefined, '', 400],
      ['{', 'application/json', 400],
      ['{"jti":"t","sid":"s"}', 'application/json', 400],
      ['{"jti":"t","everything":true}', 'application/json', 400],
      ['{"jti":"t"}', 'text/plain', 415],
      ['jti=t', 'application/x-www-form-urlencoded', 415],
      [`{"jti":"${'x'.repeat(20_000)}"}`, 'application/json', 413],
    ]
    for (const [body, type, status] of bodies) {
      const response = await send('/admin/revocations', 'admin', body, type)
      assert.equal(response.status, status, body?.slice(0, 50))
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
    }
    assert.deepEqual(revocations.take(), [])
  })

  test('describes itself', async () => {
    const response = await send('/admin/revocations/openapi.json', 'admin', undefined, '', 'GET')
    assert.equal(((await response.json()) as { openapi: string }).openapi, '3.1.0')
    assert.equal((await send('/admin/revocations/', 'admin', undefined, '', 'GET')).status, 405)
    assert.equal((await send('/admin/revocations/t', 'admin', undefined, '', 'DELETE')).status, 404)
  })

  test('is 503 when the list is down, and recovers', async () => {
    revocations.setDown(true)
    const response = await send('/admin/revocations', 'admin', '{"jti":"t"}')
    assert.equal(response.status, 503)
    assert.doesNotMatch(await response.text(), /down/)
    revocations.setDown(false)
    assert.equal((await send('/admin/revocations', 'admin', '{"jti":"t"}')).status, 201)
    revocations.take()
  })

  test('without a boundary before it is an error, and nothing else', async () => {
    const open = express()
    open.use(router)
    open.use(((_error, _request, response, _next) => response.status(500).end()) as express.ErrorRequestHandler)
    const response = await fetch(`http://127.0.0.1:${await serve(open)}/`, {
      method: 'POST',
      body: '{"jti":"t"}',
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(response.status, 500)
    assert.deepEqual(revocations.take(), [])
  })

  test('refuses options that are wrong', () => {
    const wrong = (changes: object) => () => revocationRouter(untyped({ revocations, ...changes }))
    assertRefusedOption(wrong({ revocations: {} }), 'revocationRouter', '"revocations"')
    assertRefusedOption(wrong({ roles: [] }), /roles/i)
    assertRefusedOption(wrong({ role: ['admin'] }), 'Did you mean "roles"')
    assertRefusedOption(wrong({ maxTokenLifetimeSeconds: 0 }), '"maxTokenLifetimeSeconds"')
    assertRefusedOption(wrong({ now: 7 }), '"now"')
  })
})
