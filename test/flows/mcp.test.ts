import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { suite, test } from 'node:test'
import express from 'express'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { protectedResourceMetadata } from '../../lib/protected-resource-metadata.ts'
import { boundary } from '../../middleware/boundary.ts'
import { principalOf } from '../../middleware/principal-of.ts'
import { serveResourceMetadata } from '../../middleware/resource-metadata.ts'
import { testAuthorizationServer } from '../support/authorization-server.ts'
import { challengeOf, tokenFor } from '../support/mcp-client.ts'
import { serve } from '../support/serve.ts'

// Its own address is its identifier: it must be known before anything is made.
let listener: RequestListener = () => undefined
const port = await serve(createServer((request, response) => listener(request, response)))
const url = `http://127.0.0.1:${port}/mcp`
const server = await testAuthorizationServer({ audience: url })
await server.start()
listener = toolServer(url, server.issuer)

suite('an MCP client that knows a URL only', () => {
  const call = (tool: string, token?: string) =>
    fetch(tool === 'list' ? url : `${url}/${tool}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } }),
    })

  test('finds the authorization server, gets a token for this resource, and is let in', async () => {
    const refused = await call('list')
    assert.equal(refused.status, 401)
    const challenge = challengeOf(refused)
    assert.equal(challenge.error, undefined)
    const { token, scope } = await tokenFor(url, challenge, server.reader)
    assert.equal(scope, 'read:orders')
    const answer = await call('list', token)
    assert.equal(answer.status, 200)
    assert.deepEqual(await answer.json(), { jsonrpc: '2.0', id: 1, result: { caller: 'reader' } })
  })

  test('is told which scope another tool needs, and gets it', async () => {
    const { token } = await tokenFor(url, challengeOf(await call('list')), server.writer)
    const refused = await call('refund', token)
    assert.equal(refused.status, 403)
    const challenge = challengeOf(refused)
    assert.deepEqual([challenge.error, challenge.scope], ['insufficient_scope', 'write:orders'])
    const wider = await tokenFor(url, challenge, server.writer)
    assert.equal((await call('refund', wider.token)).status, 200)
  })

  test('is told that its token is bad, and where to get another', async () => {
    const refused = await call('list', 'not-a-token')
    assert.equal(refused.status, 401)
    const challenge = challengeOf(refused)
    assert.equal(challenge.error, 'invalid_token')
    const { token } = await tokenFor(url, challenge, server.reader)
    assert.equal((await call('list', token)).status, 200)
  })

  test("takes no other resource's metadata for that of its own", async () => {
    const challenge = challengeOf(await call('list'))
    await assert.rejects(tokenFor(`${url}/other`, challenge, server.reader), /another resource/)
  })

  test('finds the metadata by itself as well: with the path inserted, and at the root', async () => {
    const { origin } = new URL(url)
    for (const place of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
      const document = (await (await fetch(origin + place)).json()) as { resource?: string }
      assert.equal(document.resource, url, place)
    }
  })
})

function toolServer(resource: string, issuer: string): RequestListener {
  const metadata = protectedResourceMetadata({
    resource,
    authorizationServers: [issuer],
    scopesSupported: ['read:orders', 'write:orders'],
  })
  const authenticate = jwtAuthenticator({
    issuer,
    audience: resource,
    algorithms: ['RS256', 'ES256'],
    profile: 'rfc9068',
    clockToleranceSeconds: 60,
    resourceMetadata: metadata.url,
  })
  const routes = [
    { path: '/mcp/refund', scopes: ['write:orders'] },
    { path: '/mcp', scopes: { any: ['read:orders', 'write:orders'] } },
  ]
  return express()
    .use(serveResourceMetadata(metadata), boundary({ authenticate, routes }))
    .post(['/mcp', '/mcp/:tool'], (request, response) => {
      response.json({ jsonrpc: '2.0', id: 1, result: { caller: principalOf(request)?.subject } })
    })
}
