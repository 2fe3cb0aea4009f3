import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { generateProof } from 'dpop'
import { clientToken } from '../support/client-token.ts'
import { startDemo } from '../support/demo.ts'
import { runCommand } from '../support/run-command.ts'

const demo = await startDemo()
after(() => demo.stop())
const { gateway, issuer, credentials } = demo.ready
const { clients, users, dpop } = credentials

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

function send(path: string, headers: Record<string, string> = {}, init: RequestInit = {}) {
  return fetch(gateway + path, { ...init, headers, redirect: 'manual' })
}

const statusOf = async (path: string, token: string) => (await send(path, bearer(token))).status

async function login(...args: readonly string[]): Promise<string> {
  const words = ['run', '-s', 'gateway:login', '--', ...args, '--ready-file', demo.readyFile]
  const { code, stdout } = await runCommand('npm', words)
  assert.equal(code, 0)
  return stdout.trim()
}

function revoke(what: object, token = users.alice.accessToken) {
  const headers = { ...bearer(token), 'content-type': 'application/json' }
  return send('/admin/revocations', headers, { method: 'POST', body: JSON.stringify(what) })
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

suite('an opaque token', () => {
  test('is good until the client revokes it at the authorization server, but for what is remembered', async () => {
    const token = await clientToken(issuer, clients.opaque)
    assert.ok(!token.includes('.'))
    const { client_id, client_secret } = clients.opaque
    const revoked = await fetch(`${issuer}/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
      body: new URLSearchParams({ token }),
    })
    assert.equal(revoked.status, 200)
    assert.equal(await statusOf('/orders', token), 401)
    assert.equal(await statusOf('/orders', await clientToken(issuer, clients.opaque)), 200)
  })

  test('that nobody issued is refused', async () => assert.equal(await statusOf('/orders', 'nobody-issued-this'), 401))
})

suite('a token that is bound to a key', () => {
  const keyPair = importedKeyPair(dpop.privateKey)
  const proof = async (method: string, path: string) =>
    generateProof(await keyPair, gateway + path, method, undefined, dpop.accessToken)
  const bound = async (method: string, path: string) => ({
    authorization: `DPoP ${dpop.accessToken}`,
    dpop: await proof(method, path),
  })

  test('is accepted with a proof, once', async () => {
    const headers = await bound('GET', '/orders')
    assert.equal((await send('/orders', headers)).status, 200)
    const again = await send('/orders', headers)
    assert.equal(again.status, 401)
    assert.match(again.headers.get('www-authenticate') ?? '', /^DPoP .*error="invalid_dpop_proof"/)
  })

  test('is refused with the proof of another request, and as a plain bearer token', async () => {
    assert.equal((await send('/admin', await bound('GET', '/orders'))).status, 401)
    assert.equal((await send('/orders', await bound('POST', '/orders'))).status, 401)
    assert.equal(await statusOf('/orders', dpop.accessToken), 401)
  })

  test('and its proof do not reach OrderDesk', async () => {
    const response = await send('/orders/echo', await bound('GET', '/orders/echo'))
    const { headers } = (await response.json()) as { headers: Record<string, string> }
    assert.deepEqual([headers['x-user-id'], headers.authorization, headers.dpop], ['alice', undefined, undefined])
  })
})

suite('/stepup/** wants a second factor, or a login of the last five minutes', () => {
  test('a fresh login will do', async () => assert.equal(await statusOf('/stepup/echo', users.bob.accessToken), 200))

  test('a second factor will do', async () => {
    assert.equal(claimsOf(users.alice.mfaAccessToken).acr, 'urn:example:mfa')
    assert.equal(await statusOf('/stepup/echo', users.alice.mfaAccessToken), 200)
    assert.equal(claimsOf(await login('alice', '--mfa')).acr, 'urn:example:mfa')
    assert.notEqual(claimsOf(await login('alice')).acr, 'urn:example:mfa')
  })

  test('a client has no login', async () => {
    assert.equal(await statusOf('/stepup/echo', await clientToken(issuer, clients.reader)), 403)
  })
})

suite('POST /admin/revocations', () => {
  test('is for administrators', async () => {
    assert.equal((await revoke({ sub: 'alice' }, users.bob.accessToken)).status, 403)
    assert.equal((await send('/admin/revocations', {}, { method: 'POST', body: '{}' })).status, 401)
  })

  test('says what is wrong', async () => {
    for (const wrong of [{}, { jti: '' }, { sub: 'bob', sid: 'x' }, { user: 'bob' }]) {
      const response = await revoke(wrong)
      assert.equal(response.status, 400, JSON.stringify(wrong))
      assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
    }
  })

  test('ends one token by its jti', async () => {
    const [one, other] = [await login('bob'), await login('bob')]
    assert.equal(await statusOf('/orders', one), 200)
    assert.ok((await revoke({ jti: claimsOf(one).jti })).ok)
    assert.deepEqual([await statusOf('/orders', one), await statusOf('/orders', other)], [401, 200])
  })

  test('ends the tokens of one login by their sid', async () => {
    const [one, other] = [await login('bob'), await login('bob')]
    assert.ok((await revoke({ sid: claimsOf(one).sid })).ok)
    assert.deepEqual([await statusOf('/orders', one), await statusOf('/orders', other)], [401, 200])
  })

  test('ends the tokens of a client', async () => {
    const [writer, reader] = [await clientToken(issuer, clients.writer), await clientToken(issuer, clients.reader)]
    assert.equal(await statusOf('/orders', writer), 200)
    assert.ok((await revoke({ clientId: 'writer' })).ok)
    assert.deepEqual([await statusOf('/orders', writer), await statusOf('/orders', reader)], [401, 200])
  })

  test('ends the tokens of a user that were issued before a time', async () => {
    const issuedAt = Number(claimsOf(users.bob.accessToken).iat)
    assert.ok((await revoke({ sub: 'bob', before: issuedAt })).ok)
    assert.equal(await statusOf('/orders', users.bob.accessToken), 200)
    assert.ok((await revoke({ sub: 'bob' })).ok)
    assert.equal(await statusOf('/orders', users.bob.accessToken), 401)
    assert.equal(await statusOf('/orders', users.alice.accessToken), 200)
  })
})

test('who knows the URL only finds from there whom to ask for a token', async () => {
  const challenge = (await send('/orders')).headers.get('www-authenticate') ?? ''
  const [, url = ''] = /Bearer [^,]*, resource_metadata="([^"]+)"/.exec(challenge) ?? []
  assert.equal(url, `${gateway}/.well-known/oauth-protected-resource`)
  const metadata = (await (await fetch(url)).json()) as Record<string, unknown>
  assert.deepEqual([metadata.resource, metadata.authorization_servers], [gateway, [issuer]])
  const { client_id, client_secret, scope } = clients.reader
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource: String(metadata.resource) }),
  })
  const { access_token = '' } = (await answer.json()) as { access_token?: string }
  assert.equal(await statusOf('/orders', access_token), 200)
})

async function importedKeyPair(privateJwk: JsonWebKey) {
  const publicJwk = createPublicKey(createPrivateKey({ key: privateJwk, format: 'jwk' })).export({ format: 'jwk' })
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  return {
    privateKey: await crypto.subtle.importKey('jwk', { ...privateJwk, key_ops: ['sign'] }, algorithm, true, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
  }
}
