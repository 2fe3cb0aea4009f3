import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import express from 'express'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { boundary } from '../../middleware/boundary.ts'
import { revocationEndpoint } from '../../middleware/revocation-endpoint.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { memoryRevocations } from '../support/memory-revocations.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey } from '../support/signing-key.ts'

const key = createSigningKey()
const revocations = memoryRevocations()
const now = () => NOW
const issuer = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] as const, keys: { keys: [key.jwk] } }
const endpoint = revocationEndpoint({ issuers: [issuer], revocations, now })

const app = express()
app.use(
  boundary({
    authenticate: jwtAuthenticator({ ...issuer, revocations, now }),
    routes: [
      { path: '/open/**', public: true },
      { path: '/**', authenticated: true },
    ],
  }),
)
app.use(['/revoke', '/open/revoke'], endpoint)
app.use((_request, response) => void response.json('through'))
const origin = `http://127.0.0.1:${await serve(app)}`

function tokenOf(client: string, jti: string): string {
  return key.sign(accessTokenClaims({ sub: client, client_id: client, jti }))
}

const CALLER = tokenOf('web-app', 'caller')

function post(body: string, { caller = CALLER, path = '/revoke', type = 'application/x-www-form-urlencoded' } = {}) {
  const headers = { 'content-type': type, ...(caller !== '' && { authorization: `Bearer ${caller}` }) }
  return fetch(origin + path, { method: 'POST', body, headers })
}

async function use(token: string): Promise<number> {
  return (await fetch(`${origin}/orders`, { headers: { authorization: `Bearer ${token}` } })).status
}

suite('a client that is let through', () => {
  test('revokes a token of its own: the next request with it is refused', async () => {
    const token = tokenOf('web-app', 'mine')
    assert.equal(await use(token), 200)
    const response = await post(`token=${token}&token_type_hint=access_token`)
    assert.deepEqual([response.status, await response.text()], [200, ''])
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(await use(token), 401)
  })

  test('does not revoke that of another: it stays good', async () => {
    const token = tokenOf('app-2', 'theirs')
    const response = await post(`token=${token}`)
    assert.deepEqual([response.status, ((await response.json()) as { error: string }).error], [400, 'invalid_grant'])
    assert.equal(await use(token), 200)
  })

  test('may not send two tokens, one of them its own', async () => {
    const token = tokenOf('web-app', 'first-of-two')
    assert.equal((await post(`token=${token}&token=${tokenOf('app-2', 'theirs')}`)).status, 400)
    assert.equal(await use(token), 200)
  })

  test('is told what is wrong with its request', async () => {
    assert.equal((await post('{"token":"x"}', { type: 'application/json' })).status, 415)
    assert.equal((await post(`token=${'x'.repeat(20_000)}`)).status, 413)
    assert.equal((await post('token_type_hint=access_token')).status, 400)
    const get = await fetch(`${origin}/revoke`, { headers: { authorization: `Bearer ${CALLER}` } })
    assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST'])
  })

  test('is asked to try again when the list is down', async () => {
    const token = tokenOf('web-app', 'later')
    revocations.setDown(true)
    assert.equal((await post(`token=${token}`)).status, 503)
    revocations.setDown(false)
    assert.equal((await post(`token=${token}`)).status, 200)
    assert.equal(await use(token), 401)
  })
})

test('nobody who is not known revokes anything, on a public route either', async () => {
  const token = tokenOf('web-app', 'kept')
  assert.equal((await post(`token=${token}`, { caller: '' })).status, 401)
  assert.equal((await post(`token=${token}`, { caller: '', path: '/open/revoke' })).status, 401)
  assert.equal((await post(`token=${token}`, { path: '/open/revoke' })).status, 401)
  assert.equal(await use(token), 200)
})

test('without a boundary before it is an error, and nothing else', async () => {
  const open = express()
  open.use(endpoint)
  open.use(((_error, _request, response, _next) => response.status(500).end()) as express.ErrorRequestHandler)
  const body = new URLSearchParams({ token: tokenOf('web-app', 'bare') })
  assert.equal((await fetch(`http://127.0.0.1:${await serve(open)}/`, { method: 'POST', body })).status, 500)
  assert.equal(await use(tokenOf('web-app', 'bare')), 200)
})
