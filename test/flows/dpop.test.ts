import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import { OPAQUE_AUDIENCE } from '../../examples/demo/authorization-server/configuration.ts'
import { accessTokenAuthenticator } from '../../lib/authenticate/access-token.ts'
import { type DpopOptions, dpopVerifier } from '../../lib/authenticate/dpop.ts'
import { boundary } from '../../middleware/boundary.ts'
import { principalOf } from '../../middleware/principal-of.ts'
import { AUDIENCE } from '../support/access-token.ts'
import { testAuthorizationServer } from '../support/authorization-server.ts'
import { clientToken } from '../support/client-token.ts'
import { type DpopClient, dpopClient } from '../support/dpop-client.ts'
import { unusedPort } from '../support/free-port.ts'

const server = await testAuthorizationServer()
await server.start()
const { issuer, gateway, reader, writer, opaque } = server

/** A gateway that verifies JWTs, asks about other tokens, and wants the proofs of those that are bound. */
async function startGateway(dpop: Partial<DpopOptions> = {}): Promise<string> {
  const port = await unusedPort()
  const origin = `http://127.0.0.1:${port}`
  const client = { method: 'basic', clientId: gateway.client_id, clientSecret: gateway.client_secret } as const
  const gate = boundary({
    authenticate: accessTokenAuthenticator({
      issuers: [{ issuer, audience: AUDIENCE, algorithms: ['RS256', 'ES256'], profile: 'rfc9068' }],
      introspection: { issuer, endpoint: `${issuer}/token/introspection`, audience: OPAQUE_AUDIENCE, client },
      dpop: dpopVerifier({ origins: [origin], ...dpop }),
    }),
  })
  const listener = createServer((request, response) =>
    gate(request, response, () => response.end(JSON.stringify(principalOf(request)))),
  )
  await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve))
  listener.unref()
  return origin
}

const secret = 'a secret of the whole fleet, of 32 bytes and more'
const origin = await startGateway()
const withNonces = await startGateway({ nonces: { secret }, algorithms: ['ES256', 'Ed25519', 'PS256', 'RS256'] })

async function subjectOf(response: Response): Promise<unknown> {
  assert.equal(response.status, 200, response.headers.get('www-authenticate') ?? '')
  return ((await response.json()) as { subject: unknown }).subject
}

for (const [kind, credentials, isJwt] of [
  ['a JWT in RS256', reader, true],
  ['a JWT in ES256', writer, true],
  ['an opaque token', opaque, false],
] as const) {
  suite(`${kind} that an authorization server has bound to a key`, async () => {
    const client = await dpopClient('ES256')
    const { access_token: token, token_type: type } = await client.token(issuer, credentials)

    test('is what it says it is', () => {
      assert.equal(type, 'DPoP')
      assert.equal(token.split('.').length, isJwt ? 3 : 1)
    })

    test('is good for its holder, again and again, on every path and with a query', async () => {
      for (const path of ['/orders/42', '/orders/42', '/', '/orders?limit=10#top', '/%6Frders/caf%C3%A9']) {
        assert.equal(await subjectOf(await client.get(origin + path, token)), credentials.client_id, path)
      }
    })

    test('wants a nonce where nonces are asked for, and then none anew for each request', async () => {
      const refused = await fetch(withNonces, {
        headers: { authorization: `DPoP ${token}`, dpop: await client.proof(withNonces, token) },
      })
      assert.equal(refused.status, 401)
      assert.match(refused.headers.get('www-authenticate') ?? '', /^DPoP .*error="use_dpop_nonce"$/)
      const nonce = refused.headers.get('dpop-nonce') ?? ''
      for (let round = 0; round < 3; round++) {
        const headers = { authorization: `DPoP ${token}`, dpop: await client.proof(withNonces, token, nonce) }
        assert.equal(await subjectOf(await fetch(withNonces, { headers })), credentials.client_id)
      }
      assert.equal(await subjectOf(await client.get(`${withNonces}/orders`, token)), credentials.client_id)
    })

    test('is not good for another, nor without a proof, nor as a bearer token', async () => {
      const thief = await dpopClient('ES256')
      assert.equal((await thief.get(`${origin}/orders`, token)).status, 401)
      assert.equal((await fetch(origin, { headers: { authorization: `DPoP ${token}` } })).status, 401)
      assert.equal((await fetch(origin, { headers: { authorization: `Bearer ${token}` } })).status, 401)
    })

    test('a proof of it is good once', async () => {
      const headers = { authorization: `DPoP ${token}`, dpop: await client.proof(`${origin}/orders`, token) }
      const statuses = await Promise.all(
        Array.from({ length: 20 }, async () => (await fetch(`${origin}/orders`, { headers })).status),
      )
      assert.deepEqual(statuses.toSorted(), [200, ...Array.from({ length: 19 }, () => 401)])
    })
  })
}

test('clients sign with each algorithm that the authorization server and the gateway both take', async () => {
  for (const algorithm of ['ES256', 'Ed25519'] as const) {
    const client = await dpopClient(algorithm)
    const { access_token: token } = await client.token(issuer, reader)
    assert.equal(await subjectOf(await client.get(`${origin}/orders`, token)), 'reader', algorithm)
    assert.equal(await subjectOf(await client.get(`${withNonces}/orders`, token)), 'reader', algorithm)
  }
})

test('a token that is bound to nothing is good as a bearer token, and only as one', async () => {
  const token = await clientToken(issuer, reader)
  const client: DpopClient = await dpopClient('ES256')
  const proof = await client.proof(`${origin}/orders`, token)
  const ask = async (scheme: string) =>
    (await fetch(`${origin}/orders`, { headers: { authorization: `${scheme} ${token}`, dpop: proof } })).status
  assert.deepEqual([await ask('DPoP'), await ask('Bearer')], [401, 200])
})
