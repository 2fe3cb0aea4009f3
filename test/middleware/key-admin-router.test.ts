import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { type ApiKeyEvent, keyEvents } from '../../lib/keys/key-event.ts'
import { keyAdminRouter } from '../../middleware/key-admin-router.ts'
import { apiBoundary } from '../support/api-boundary.ts'
import { apiKeysFixture } from '../support/api-keys-fixture.ts'
import { publishedOn } from '../support/published-events.ts'
import { serve } from '../support/serve.ts'

const { keys, store } = apiKeysFixture()
const app = express()
app.use(apiBoundary())
app.use('/admin/keys', keyAdminRouter({ keys }))
app.use('/echo/keys', keyAdminRouter({ keys }))
const origin = `http://127.0.0.1:${await serve(app)}`

function send(method: string, path: string, credential: string, body?: string) {
  const headers = { 'x-api-key': credential, ...(body !== undefined && { 'content-type': 'application/json' }) }
  return fetch(origin + path, { method, headers, ...(body !== undefined && { body }) })
}

suite('the administration of keys', () => {
  test('is for its role, also on a route that lets anybody through', async () => {
    assert.equal((await send('GET', '/echo/keys', 'admin')).status, 200)
    assert.equal((await send('GET', '/echo/keys', 'alice')).status, 403)
    assert.equal((await send('GET', '/admin/keys', 'alice')).status, 403)
  })

  test('makes a key, and says in the event who made it', async () => {
    const body = '{"owner":"acme","environment":"live"}'
    const events = publishedOn<ApiKeyEvent>(keyEvents)
    assert.equal((await send('POST', '/admin/keys', 'admin', body)).status, 201)
    assert.deepEqual(
      events.map(({ change, owner, actor }) => ({ change, owner, actor })),
      [{ change: 'created', owner: 'acme', actor: 'user:root' }],
    )
  })

  test('answers a body that is too large, and one that is no JSON', async () => {
    assert.equal((await send('POST', '/admin/keys', 'admin', `{"label":"${'x'.repeat(70_000)}"}`)).status, 413)
    assert.equal((await send('POST', '/admin/keys', 'admin', '{')).status, 400)
  })

  test('is 503 when the store is down, and recovers', async () => {
    const { list } = store
    Object.assign(store, { list: () => Promise.reject(new Error('down')) })
    const answer = await send('GET', '/admin/keys', 'admin')
    assert.equal(answer.status, 503)
    assert.doesNotMatch(await answer.text(), /down/)
    Object.assign(store, { list })
    assert.equal((await send('GET', '/admin/keys', 'admin')).status, 200)
  })

  test('without a boundary before it is an error, and nothing else', async () => {
    const open = express()
    open.use(keyAdminRouter({ keys }))
    open.use(((_error, _request, response, _next) => response.status(500).end()) as express.ErrorRequestHandler)
    assert.equal((await fetch(`http://127.0.0.1:${await serve(open)}/`)).status, 500)
  })

  test('refuses options that are wrong', () => {
    assert.throws(() => keyAdminRouter({ keys: {} as never }), /"keys" must be apiKeys/)
    assert.throws(() => keyAdminRouter({ keys, roles: [] }), TypeError)
    assert.throws(() => keyAdminRouter({ keys, role: ['admin'] } as never), /Did you mean "roles"/)
  })
})
