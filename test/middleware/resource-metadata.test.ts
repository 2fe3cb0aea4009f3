import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import connect from 'connect'
import express from 'express'
import { protectedResourceMetadata } from '../../lib/protected-resource-metadata.ts'
import type { Middleware } from '../../middleware/connect.ts'
import { serveResourceMetadata } from '../../middleware/resource-metadata.ts'
import { ISSUER } from '../support/access-token.ts'
import { apiBoundary } from '../support/api-boundary.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'
import { sendRequest } from '../support/send-request.ts'
import { serve } from '../support/serve.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'
const metadataOf = (resource: string) => protectedResourceMetadata({ resource, authorizationServers: [ISSUER] })
const HOST = metadataOf('https://api.example.test')
const ORDERS = metadataOf('https://api.example.test/orders')
const MCP = metadataOf('https://api.example.test/mcp')

/** Behind it stands a handler that says which URL comes to it. */
const behind = (middleware: Middleware) =>
  serve((request, response) => middleware(request, response, () => void response.writeHead(299).end(request.url)))

suite('the document is served', () => {
  test('to whoever asks, with headers for browsers and caches', async () => {
    const port = await behind(serveResourceMetadata(HOST))
    const answer = await sendRequest(port, { path: WELL_KNOWN, headers: [['Origin', 'https://client.example']] })
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.json(), HOST.document)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(answer.headers['access-control-allow-origin'], '*')
    assert.equal(answer.headers['access-control-allow-credentials'], undefined)
    assert.equal(answer.headers['cache-control'], 'public, max-age=3600')
  })
  test('with a query too, which says nothing', async () => {
    const port = await behind(serveResourceMetadata(HOST))
    assert.deepEqual((await sendRequest(port, { path: `${WELL_KNOWN}?a=/admin` })).json(), HOST.document)
  })
  test('to HEAD without a body', async () => {
    const port = await behind(serveResourceMetadata(HOST))
    const { status, headers, body } = await sendRequest(port, { method: 'HEAD', path: WELL_KNOWN })
    assert.deepEqual(
      [status, headers['content-length'], body],
      [200, String(Buffer.byteLength(JSON.stringify(HOST.document))), ''],
    )
  })
  test('after a preflight that allows any header', async () => {
    const port = await behind(serveResourceMetadata(HOST))
    const { status, headers, body } = await sendRequest(port, {
      method: 'OPTIONS',
      path: WELL_KNOWN,
      headers: [
        ['Origin', 'https://client.example'],
        ['Access-Control-Request-Method', 'GET'],
        ['Access-Control-Request-Headers', 'mcp-protocol-version'],
      ],
    })
    assert.deepEqual([status, body], [204, ''])
    assert.equal(headers['access-control-allow-origin'], '*')
    assert.equal(headers['access-control-allow-methods'], 'GET, HEAD, OPTIONS')
    assert.equal(headers['access-control-allow-headers'], '*')
  })
  test('whatever Host the client names: it decides nothing', async () => {
    const port = await behind(serveResourceMetadata(HOST))
    const answer = await fetch(`http://localhost:${port}${WELL_KNOWN}`)
    assert.deepEqual(await answer.json(), HOST.document)
  })
})

suite('several resources of one host', () => {
  test('have each their own path, and none has the root', async () => {
    const port = await behind(serveResourceMetadata(ORDERS, MCP))
    assert.deepEqual((await sendRequest(port, { path: `${WELL_KNOWN}/orders` })).json(), ORDERS.document)
    assert.deepEqual((await sendRequest(port, { path: `${WELL_KNOWN}/mcp` })).json(), MCP.document)
    assert.equal((await sendRequest(port, { path: WELL_KNOWN })).status, 299)
  })
  test('the whole host is one of them', async () => {
    const port = await behind(serveResourceMetadata(MCP, HOST))
    assert.deepEqual((await sendRequest(port, { path: WELL_KNOWN })).json(), HOST.document)
    assert.deepEqual((await sendRequest(port, { path: `${WELL_KNOWN}/mcp` })).json(), MCP.document)
  })
  test('one alone is found at the root as well', async () => {
    const port = await behind(serveResourceMetadata(MCP))
    assert.deepEqual((await sendRequest(port, { path: WELL_KNOWN })).json(), MCP.document)
    assert.deepEqual((await sendRequest(port, { path: `${WELL_KNOWN}/mcp` })).json(), MCP.document)
  })
  test('two of one path are refused', () => {
    assertRefusedOption(() => serveResourceMetadata(MCP, HOST, metadataOf('https://other.example.test/mcp')), '/mcp')
  })
})

test('what no metadata is is refused', () => {
  for (const wrong of [undefined, {}, { url: 'https://api.example.test' }, HOST.document]) {
    assertRefusedOption(() => serveResourceMetadata(untyped(wrong)), 'serveResourceMetadata')
  }
})

const ELSEWHERE = [
  ...['/', '/orders', '/.well-known', '/.well-known/', '/.well-known/jwks.json', '/orders/mcp'],
  ...[`${WELL_KNOWN}/`, `${WELL_KNOWN}x`, `${WELL_KNOWN}/mcp/`, `${WELL_KNOWN}/mcp/x`, `${WELL_KNOWN}/other`],
  ...[`/mcp${WELL_KNOWN}`, `//.well-known/oauth-protected-resource`, `/${WELL_KNOWN}`, `${WELL_KNOWN}//mcp`],
  ...['/.well-known/../.well-known/oauth-protected-resource', `/admin/..${WELL_KNOWN}`, `${WELL_KNOWN}/../admin`],
  ...['/.well-known/oauth-protected-resourc%65', '/%2ewell-known/oauth-protected-resource', '/.WELL-KNOWN/oauth'],
  ...['/.Well-Known/oauth-protected-resource', '/.well-known%2foauth-protected-resource', `${WELL_KNOWN};a`],
  ...[`${WELL_KNOWN}%3f`, `${WELL_KNOWN}#`, `/admin?${WELL_KNOWN}`, `/admin?x=${WELL_KNOWN}`, `/admin#${WELL_KNOWN}`],
  ...[`http://api.example.test${WELL_KNOWN}`, '/__proto__', '/constructor', '*'],
]

suite('whatever else is asked for goes on, untouched', () => {
  for (const path of ELSEWHERE) {
    test(`GET ${path}`, async () => {
      const port = await behind(serveResourceMetadata(MCP))
      const { status, body, headers } = await sendRequest(port, { path })
      assert.deepEqual([status, body, headers['access-control-allow-origin']], [299, path, undefined])
    })
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
    test(`${method} ${WELL_KNOWN}`, async () => {
      const port = await behind(serveResourceMetadata(MCP))
      assert.equal((await sendRequest(port, { method, path: WELL_KNOWN })).status, 299)
    })
  }
})

suite('before a boundary', () => {
  for (const [name, app] of [
    ['Express', express()],
    ['Connect', connect()],
  ] as const) {
    test(`in ${name} it opens its paths, and no other`, async () => {
      app.use(serveResourceMetadata(MCP))
      app.use(apiBoundary())
      const port = await serve(app)
      assert.equal((await sendRequest(port, { path: WELL_KNOWN })).status, 200)
      for (const path of ELSEWHERE) {
        const { status, body } = await sendRequest(port, { path })
        assert.ok(status === 401 || status === 400 || status === 404, `${path}: ${status}`)
        assert.ok(!body.includes('authorization_servers'), path)
      }
      assert.equal((await sendRequest(port, { method: 'POST', path: WELL_KNOWN })).status, 401)
    })
  }
  test('mounted below the root it opens nothing: the well-known paths are those of the host', async () => {
    const port = await serve(express().use('/mcp', serveResourceMetadata(MCP)).use(apiBoundary()))
    assert.equal((await sendRequest(port, { path: `/mcp${WELL_KNOWN}` })).status, 401)
    assert.equal((await sendRequest(port, { path: WELL_KNOWN })).status, 401)
  })
})
