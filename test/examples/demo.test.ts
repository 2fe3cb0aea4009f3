import assert from 'node:assert/strict'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { after, suite, test } from 'node:test'
import { WebSocket } from 'ws'
import { clientToken } from '../support/client-token.ts'
import { startDemo } from '../support/demo.ts'
import { runCommand } from '../support/run-command.ts'

const demo = await startDemo()
after(() => demo.stop())
const { gateway, issuer, upstream, audience, credentials } = demo.ready
const { apiKeys, clients, users } = credentials

const key = (name: keyof typeof apiKeys) => ({ 'x-api-key': apiKeys[name].key })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const CREDENTIALS: Record<string, Record<string, string>> = {
  nobody: {},
  live: key('live'),
  readerKey: key('reader'),
  reader: bearer(await clientToken(issuer, clients.reader)),
  writer: bearer(await clientToken(issuer, clients.writer)),
  opaque: bearer(await clientToken(issuer, clients.opaque)),
  alice: bearer(users.alice.accessToken),
  bob: bearer(users.bob.accessToken),
}

function send(path: string, headers: Record<string, string> = {}, init: RequestInit = {}) {
  return fetch(gateway + path, { ...init, headers, redirect: 'manual' })
}

async function arrived(path: string, headers: Record<string, string>) {
  const response = await send(path, headers)
  assert.equal(response.status, 200)
  return ((await response.json()) as { headers: Record<string, string> }).headers
}

suite('the ready file', () => {
  test('holds what was promised, for the owner only', () => {
    assert.equal(statSync(demo.readyFile).mode & 0o777, 0o600)
    assert.deepEqual(Object.keys(demo.ready), [
      'gateway',
      'gatewayTls',
      'metrics',
      'issuer',
      'upstream',
      'audience',
      'credentials',
    ])
    for (const url of [gateway, issuer, upstream]) assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.equal(audience, 'https://api.example.test')
    const kinds = ['apiKeys', 'clients', 'users', 'dpop', 'mtls', 'hmac', 'httpSignature']
    assert.deepEqual(Object.keys(credentials), kinds)
    assert.deepEqual(Object.keys(users), ['alice', 'bob'])
  })

  test('has API keys of each kind', () => {
    assert.deepEqual(Object.keys(apiKeys), ['live', 'reader', 'test', 'expired', 'revoked', 'free', 'gold'])
    assert.deepEqual(apiKeys.free.limits, { limit: 10, windowSeconds: 60 })
    assert.deepEqual(apiKeys.gold.limits, { limit: 1_000, windowSeconds: 60 })
    for (const [name, { key, scopes }] of Object.entries(apiKeys)) {
      assert.match(key, name === 'test' ? /^sk_test_[0-9A-Za-z]{38}$/ : /^sk_live_[0-9A-Za-z]{38}$/)
      assert.deepEqual(scopes, name === 'reader' ? ['read:orders'] : ['read:orders', 'write:orders'])
    }
  })

  test('has clients with secrets of this run', () => {
    assert.deepEqual(Object.keys(clients), ['reader', 'writer', 'opaque'])
    for (const client of Object.values(clients)) assert.ok(client.client_secret.length >= 32)
    assert.equal(clients.reader.scope, 'read:orders')
    assert.equal(clients.writer.scope, 'read:orders write:orders')
  })
})

suite('the routes', () => {
  const EXPECTED: readonly (readonly [method: string, path: string, statuses: Record<string, number>])[] = [
    ['GET', '/health', { nobody: 200, alice: 200 }],
    ['GET', '/public/welcome', { nobody: 200, live: 200, bob: 200 }],
    ['GET', '/orders', { nobody: 401, live: 200, readerKey: 200, reader: 200, writer: 200, alice: 200, bob: 200 }],
    ['HEAD', '/orders', { nobody: 401, readerKey: 200 }],
    ['GET', '/orders/1001', { nobody: 401, readerKey: 200, opaque: 200, bob: 200 }],
    ['POST', '/orders', { nobody: 401, live: 303, readerKey: 403, reader: 403, writer: 303, alice: 303, bob: 403 }],
    ['DELETE', '/orders/echo', { nobody: 401, live: 200, readerKey: 403, bob: 403 }],
    [
      'GET',
      '/admin',
      { nobody: 401, live: 403, readerKey: 403, reader: 403, writer: 403, opaque: 403, alice: 200, bob: 403 },
    ],
    ['GET', '/admin/x/echo', { nobody: 401, alice: 200, bob: 403 }],
    ['PUT', '/echo', { nobody: 401, live: 200, readerKey: 200, reader: 200, alice: 200, bob: 200 }],
    ['GET', '/nowhere', { live: 403, alice: 403 }],
    ['GET', '/', { alice: 403 }],
    ['POST', '/health', { alice: 403 }],
  ]
  for (const [method, path, statuses] of EXPECTED) {
    test(`${method} ${path}`, async () => {
      const actual: Record<string, number> = {}
      for (const name of Object.keys(statuses)) {
        actual[name] = (await send(path, CREDENTIALS[name], { method })).status
      }
      assert.deepEqual(actual, statuses)
    })
  }

  test('what no rule names is denied to strangers too', async () => {
    for (const path of ['/nowhere', '/']) assert.ok([401, 403].includes((await send(path)).status))
  })

  test('/health is answered by the gateway itself', async () => {
    assert.deepEqual(await (await send('/health')).json(), { status: 'ok' })
  })

  test('a refusal is problem details, and tells neither server nor rule', async () => {
    const response = await send('/admin', CREDENTIALS.bob)
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    assert.equal(response.headers.get('x-powered-by'), null)
    assert.doesNotMatch(await response.text(), /admin|role/i)
  })
})

suite('credentials that are refused', () => {
  for (const name of ['test', 'expired', 'revoked'] as const) {
    test(`the ${name} key`, async () => {
      const response = await send('/orders', key(name))
      assert.equal(response.status, 401)
      assert.match(response.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
    })
  }

  test('a token with another signature', async () => {
    const [header, payload] = users.alice.accessToken.split('.')
    const [, , signature] = users.bob.accessToken.split('.')
    assert.equal((await send('/orders', bearer(`${header}.${payload}.${signature}`))).status, 401)
  })
})

suite('what OrderDesk is told', () => {
  const FORGED = { 'X-User-ID': 'root', 'X-User-Roles': 'admin', x_user_id: 'root', 'X-Tenant-ID': 'tenant_other' }

  test('nothing of what a client claims', async () => {
    const headers = await arrived('/public/echo', FORGED)
    assert.doesNotMatch(JSON.stringify(headers), /root|admin|tenant_other/)
  })

  test('who a user is, and not the token', async () => {
    const headers = await arrived('/echo', { ...FORGED, ...CREDENTIALS.alice })
    assert.equal(headers['x-user-id'], 'alice')
    assert.equal(headers['x-user-email'], 'alice@example.test')
    assert.equal(headers['x-user-roles'], 'admin,editor')
    assert.equal(headers['x-tenant-id'], 'tenant_xyz')
    assert.equal(headers.authorization, undefined)
    assert.doesNotMatch(JSON.stringify(headers), /root|tenant_other/)
  })

  test('which client a key or client token is of, and no user', async () => {
    for (const [name, client] of [
      ['live', 'partner-acme'],
      ['reader', 'reader'],
      ['opaque', 'opaque'],
    ] as const) {
      const headers = await arrived('/orders/echo', { ...FORGED, ...CREDENTIALS[name] })
      assert.equal(headers['x-client-id'], client)
      assert.equal(headers['x-tenant-id'], 'tenant_xyz')
      assert.equal(headers['x-user-id'], undefined)
      assert.equal(headers['x-api-key'] ?? headers.authorization, undefined)
    }
  })

  test('and asked without a gateway, it believes everything', async () => {
    const response = await fetch(`${upstream}/admin`, { headers: FORGED })
    assert.match(await response.text(), /You are root \(admin\)/)
  })
})

suite('the WebSocket echo', () => {
  const url = `${gateway.replace('http:', 'ws:')}/ws`

  test('opens with a credential, and answers', async () => {
    for (const headers of [CREDENTIALS.live, CREDENTIALS.bob]) {
      const webSocket = new WebSocket(url, { headers: headers ?? {} })
      await once(webSocket, 'open')
      webSocket.send('are you there?')
      const [message] = await once(webSocket, 'message')
      assert.equal(String(message), 'are you there?')
      webSocket.close()
      await once(webSocket, 'close')
    }
  })

  test('shows OrderDesk who is there, and nothing forged', async () => {
    const headers = { ...CREDENTIALS.alice, 'X-User-ID': 'root', x_tenant_id: 'tenant_other' }
    const webSocket = new WebSocket(`${url}?hello=1`, { headers })
    const [hello] = await once(webSocket, 'message')
    const seen = JSON.parse(String(hello))
    assert.equal(seen['x-user-id'], 'alice')
    assert.equal(seen.authorization, undefined)
    assert.doesNotMatch(String(hello), /root|tenant_other/)
    webSocket.close()
    await once(webSocket, 'close')
  })

  test('does not open without', async () => {
    for (const headers of [{}, key('revoked')]) {
      const [, response] = await once(
        new WebSocket(url, { headers }).on('error', () => {}),
        'unexpected-response',
      )
      assert.equal(response.statusCode, 401)
      assert.equal(response.headers['content-type'], 'application/problem+json')
      response.destroy()
    }
  })
})

suite('npm run gateway:login', () => {
  const login = (...args: string[]) => runCommand('npm', ['run', '-s', 'gateway:login', '--', ...args])

  test('prints a fresh token of a user, and nothing else', async () => {
    const { code, stdout } = await login('alice', '--ready-file', demo.readyFile)
    assert.equal(code, 0)
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    assert.notEqual(stdout.trim(), users.alice.accessToken)
    assert.equal((await send('/admin', bearer(stdout.trim()))).status, 200)
  })

  test('finds the gateway by its port', async () => {
    const { code, stdout } = await login('bob', '--port', new URL(gateway).port)
    assert.equal(code, 0)
    assert.equal((await send('/orders', bearer(stdout.trim()))).status, 200)
  })

  for (const [problem, args, expected] of [
    [
      'an unknown user',
      ['mallory', '--port', new URL(gateway).port],
      /there is no user mallory; there are alice and bob/,
    ],
    ['no user', [], /name one user/],
    ['a port without a gateway', ['alice', '--port', '1'], /no gateway runs on port 1/],
    ['a missing ready file', ['alice', '--ready-file', '/nonexistent/ready.json'], /no gateway runs/],
    ['an unknown option', ['alice', '--prot', '1'], /Unknown option '--prot'/],
  ] as const) {
    test(`says in one line: ${problem}`, async () => {
      const { code, stdout, stderr } = await login(...args)
      assert.notEqual(code, 0)
      assert.equal(stdout, '')
      assert.match(stderr.replace(/^\(node:.*\n\(Use.*\n/gm, ''), /^gateway:login: [^\n]+\n$/)
      assert.match(stderr, expected)
    })
  }
})

test('with --quiet, it has said nothing', () => {
  assert.deepEqual(demo.output(), { stdout: '', stderr: '' })
})
