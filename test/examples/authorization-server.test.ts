import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { startAuthorizationServer } from '../../examples/demo/authorization-server.ts'
import { signIn } from '../../examples/demo/sign-in.ts'
import { clientToken } from '../support/client-token.ts'

const audience = 'https://api.example.test'
const server = await startAuthorizationServer(audience)
after(() => server.close())
const { issuer, clients } = server
const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))

async function verified(token: string) {
  const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' })
  return { ...payload, alg: protectedHeader.alg }
}

test('client credentials give JWT access tokens, by RS256 and ES256', async () => {
  const reader = await verified(await clientToken(issuer, clients.reader))
  const writer = await verified(await clientToken(issuer, clients.writer))
  const expected = { sub: 'reader', client_id: 'reader', scope: 'read:orders', tenant_id: 'tenant_xyz', alg: 'RS256' }
  assert.partialDeepStrictEqual(reader, expected)
  assert.partialDeepStrictEqual(writer, { sub: 'writer', scope: 'read:orders write:orders', alg: 'ES256' })
  assert.ok(!('roles' in reader) && !('email' in reader))
})

test('a client gets no scope it is not registered for', async () => {
  const tooMuch = { ...clients.reader, scope: 'read:orders write:orders' }
  await assert.rejects(clientToken(issuer, tooMuch), /no token \(400\)/)
})

test('a user signs in with authorization code and PKCE, and gets what the account may do', async () => {
  const alice = await verified(await signIn({ issuer, audience, username: 'alice' }))
  assert.partialDeepStrictEqual(alice, {
    sub: 'alice',
    email: 'alice@example.test',
    roles: ['admin', 'editor'],
    tenant_id: 'tenant_xyz',
    scope: 'read:orders write:orders',
    alg: 'ES256',
  })
  const bob = await verified(await signIn({ issuer, audience, username: 'bob' }))
  assert.partialDeepStrictEqual(bob, { sub: 'bob', roles: ['viewer'], scope: 'read:orders' })
})

test('nobody else signs in, and no other audience is served', async () => {
  await assert.rejects(signIn({ issuer, audience, username: 'mallory' }), /refused the sign-in of mallory/)
  await assert.rejects(signIn({ issuer, audience: 'https://elsewhere.test', username: 'alice' }))
})

test('the code flow needs PKCE', async () => {
  const query = new URLSearchParams({
    client_id: 'order-desk-cli',
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1/callback',
    scope: 'openid',
  })
  const response = await fetch(`${issuer}/auth?${query}`, { redirect: 'manual' })
  assert.match(response.headers.get('location') ?? '', /error=invalid_request/)
})

test('a person sees a form with the users, and a page when the sign-in has ended', async () => {
  const query = new URLSearchParams({
    client_id: 'order-desk-cli',
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1:5555/callback',
    scope: 'openid read:orders',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  const start = await fetch(`${issuer}/auth?${query}`, { redirect: 'manual' })
  const cookie = start.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ')
  const url = new URL(start.headers.get('location') ?? '', issuer)
  const form = await fetch(url, { headers: { cookie } })
  const html = await form.text()
  assert.match(html, /<form method="post">.*value="alice".*value="bob"/)
  const wrong = await fetch(url, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ account: 'eve' }) })
  assert.equal(wrong.status, 400)
  assert.match(await wrong.text(), /no such user/)
  const ended = await fetch(url)
  assert.equal(ended.status, 400)
  assert.match(await ended.text(), /This sign-in has ended/)
})
