import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createHeaderRules, type HeaderKind } from '../../lib/header-rules.ts'

const rules = createHeaderRules({ managed: ['X-Department'], credentials: ['authorization', 'x-api-key'] })

suite('kinds', () => {
  const kinds: Readonly<Record<HeaderKind, readonly string[]>> = {
    framing: ['Content-Length', 'transfer-encoding', 'TRANSFER-ENCODING'],
    host: ['Host', 'HOST'],
    connection: ['Connection'],
    credential: ['Authorization', 'authorization', 'X-API-Key'],
    drop: [
      ...[
        'X-User-ID',
        'x_user_id',
        'X.User.Id',
        'X-User-Anything',
        'X-Tenant-ID',
        'X-Tenant',
        'x_auth_method',
        'X-Client-ID',
      ],
      ...['X-Request-ID', 'x_request_id', 'X-Department', 'x_department', 'Remote-User', 'REMOTE_USER', 'X-Roles'],
      ...[
        'Content_Length',
        'content.length',
        'Transfer_Encoding',
        'Host_',
        'Connection_',
        'X_API_Key',
        'authorization_',
        'Content_Type',
      ],
      ...['Keep-Alive', 'TE', 'Trailer', 'Upgrade', 'Expect', 'HTTP2-Settings', 'Proxy', 'Proxy-Authorization'],
      ...[
        'Proxy-Connection',
        'proxy_anything',
        'Forwarded',
        'X-Forwarded-For',
        'x_forwarded_host',
        'X-Forwarded-Prefix',
      ],
      ...[
        'X-Original-URL',
        'X-Rewrite-URL',
        'X-HTTP-Method-Override',
        'X-Method-Override',
        'X-Real-IP',
        'True-Client-IP',
      ],
      ...[
        'Via',
        'X-Gateway-Identity',
        'SSL-Client-Verify',
        'X-SSL-Client-DN',
        'Client-Cert',
        'X-Middleware-Subrequest',
      ],
    ],
    pass: [
      'Accept',
      'Cookie',
      'Content-Type',
      'User-Agent',
      'X-Custom',
      'Traceparent',
      'Origin',
      'Sec-WebSocket-Key',
      'X-Userland',
    ],
  }
  for (const [kind, names] of Object.entries(kinds)) {
    for (const name of names) test(`${name}: ${kind}`, () => assert.equal(rules.of(name).kind, kind))
  }
})

test('a credential that no authenticator reads is not theirs', () => {
  const without = createHeaderRules({ managed: [], credentials: [] })
  assert.equal(without.of('X-API-Key').kind, 'pass')
  assert.equal(without.of('Authorization').kind, 'pass')
})

test('what is remembered is bounded, and judged alike beyond the bound', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const fresh = createHeaderRules({ managed: [], credentials: [] })
  const used = () => {
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = used()
  for (let index = 0; index < 100_000; index++) {
    assert.equal(fresh.of(`x-attack-${'x'.repeat(100)}-${index}`).kind, 'pass')
  }
  const growth = used() - before
  assert.ok(growth < 4 * 1024 * 1024, `grew by ${growth} bytes`)
  for (const name of ['X-User-ID', 'x_user_id', 'x-user-new-name', 'Transfer_Encoding'])
    assert.equal(fresh.of(name).kind, 'drop')
})

test('names that are remembered in one place are never taken for each other', () => {
  const options = { managed: ['X-User-ID'], credentials: ['authorization'] }
  const busy = createHeaderRules(options)
  // Alike in length and at both ends, and more of them than there are places.
  const kinds = [
    'x-user-id-b',
    'x-uses-id-b',
    'x_user_id-b',
    'X-User-Id-b',
    'authorization',
    'authorizatiom',
    'author1zation',
  ]
  const names = [
    ...kinds,
    ...Array.from({ length: 3_000 }, (_, index) => `x-${index}${index % 2 ? 'user-id' : 'page-id'}`),
  ]
  for (let turn = 0; turn < 3; turn++) {
    for (const name of names) {
      const { kind, name: lower } = createHeaderRules(options).of(name)
      assert.deepEqual([busy.of(name).kind, busy.of(name).name], [kind, lower], name)
    }
  }
  for (const name of ['', 'a', 'ab']) assert.equal(busy.of(name).name, name)
})
