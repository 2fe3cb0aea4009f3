import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { BACKENDS } from '../support/backend-emulators.ts'
import { type Asker, mayReach } from '../support/governing-rule.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'

/** Spellings that mean a path, and what it is. Everything else must be refused. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  '/admin': [
    ...[
      '/admin',
      '/ADMIN',
      '/admin/',
      '/%61dmin',
      '/admin?x',
      '/admi%6e',
      '/%41dMin/',
      '/admin?',
      '/admin?a=/../public',
    ],
    ...['/adm%C4%B1n', '/%EF%BD%81dmin', '/admin?access=%2e%2e/public'],
  ],
  '/admin/x': ['/admin/x', '/%61dmin/%78', `/admin/${'x'.repeat(8_000)}`, '/admin/a%20b', '/admin/%C3%A9', '/Admin/X/'],
  '/adminx': ['/adminx', '/%61dminx', '/admin%2A', '/admin-x', '/admin%24', '/admin:80', '/admin@x', '/admin%C2%A8'],
  '/public/x': ['/public/x', '/PUBLIC/x', '/publi%63/x', '/public/...x', '/public/%2Ax', '/public/x?../../admin'],
  '/health': ['/health', '/HEALTH', '/%68ealth', '/health/', '/health?/admin'],
  '/nothing': [
    '/nothing',
    '/secret%23/health',
    '/health%23',
    '/%23',
    '/nothing?x=/health',
    '/admin%3fx=1',
    '/health%3F',
  ],
  '/orders/1': ['/orders/1', '/Orders/1', '/order%73/%31', '/orders/1/'],
}

const REFUSED: readonly string[] = [
  ...['/admin%2fx', '/admin%2Fx', '/admin;jsessionid=1', '/admin;a=b/x', '/;a/admin', '\\admin', '/\\admin', '//admin'],
  ...['///admin/x', '/./admin', '/x/../admin', '/x/%2e%2e/admin', '/x/%2E./admin', '/x/..%2fadmin', '/x/..%252fadmin'],
  ...[
    '/x%5c..%5cadmin',
    '/x%5C..%5Cadmin',
    '/admin%00',
    '/admin%20',
    '/admin.',
    '/admin..;/',
    '/x/..;/admin',
    '/%2fadmin',
  ],
  ...['/admin#f', '/public#/../admin', '/admin%', '/admin%6', '/%zzadmin', '/%c0%af..', '//evil/admin', '/admin//x'],
  ...['/public/../admin', '/public/%2e%2e/admin', '/public/..%2fadmin', '/public//../admin', '/public/..;/admin'],
  ...['/public%2f..%2fadmin', '/public\\..\\admin', '/public/..\\admin', '/admin/%2e', '/admin/.', '/admin/..', '/.'],
  ...['/..', '/../admin', '/.;/admin', '/%2561dmin', '/%2e%2e/admin', '/admin/.%2e/admin', '/public/.%2E/admin'],
  ...['http://x/admin', 'http://x//admin', '/admin%0d%0aX:y', '/admin%0a', '/admin%0D', '/admin%09', '/admin%7f'],
  ...['/admin%ff', '/%ff/admin', '/%c0%aeadmin', '/public/%c0%ae%c0%ae/admin', '/public%c0%af..%c0%afadmin'],
  ...['/%u002fadmin', '/public/%u002e%u002e/admin', '/public%u002f..%u002fadmin', '/public/%e0%80%af/admin'],
  ...[
    '/public\xef\xbc\x8f..\xef\xbc\x8fadmin',
    '/public%EF%BC%8F..%EF%BC%8Fadmin',
    '/%EF%BC%8Fadmin',
    '/public/%EF%BC%8E./x',
  ],
  ...[
    '/adm\xefn',
    '/adm\xc4\xb1n',
    '/admin%3Bx',
    '/admin%3bx=1/users',
    '/admin/;/x',
    '/admin/;',
    '/admin%5c',
    '/admin\\',
  ],
  ...[
    '/public/%20/../admin',
    '/public/x.',
    '/public/. ./admin',
    '/admin%2e',
    '/admin%20/x',
    '/admin/ %2f',
    '/admin/%20',
  ],
  ...[
    '/public/%E2%80%A5/admin',
    '/public/%EF%BC%8E%EF%BC%8E/admin',
    '/public/x%EF%BC%9B/y',
    '/public%EF%BC%BC..%EF%BC%BCadmin',
  ],
  ...['/health#/admin', '/admin%25', '/admin"', '/<admin>', '/{admin}', '/adm|n'],
  ...['/admin^', '/admin`', '/[admin]', '', 'admin', '.', '?', '/?#'],
]

const gateway = await attackedGateway()

const SCOPES = ['read:orders', 'write:orders']
const PRINCIPALS: Readonly<Record<string, { readonly headers: readonly string[]; readonly asker: Asker }>> = {
  nobody: { headers: [], asker: { isKnown: false, scopes: [], roles: [] } },
  'a client': {
    headers: [`X-API-Key: ${gateway.apiKey}`],
    asker: { isKnown: true, scopes: SCOPES, roles: [] },
  },
  'an editor': {
    headers: [`Authorization: Bearer ${gateway.token()}`],
    asker: { isKnown: true, scopes: SCOPES, roles: ['editor'] },
  },
  'an admin': {
    headers: [`Authorization: Bearer ${gateway.token({ roles: ['admin'], scope: '' })}`],
    asker: { isKnown: true, scopes: [], roles: ['admin'] },
  },
}

/** A backend reads what reaches it in its own way, so one spelling reaches it: the one that was decided about. */
test('what goes on is the path that was authorised, in its one spelling', async () => {
  const spellings: Readonly<Record<string, string>> = {
    '/public/x': '/public/x',
    '/%70ublic/%78': '/public/x',
    '/public/%7euser/%2d%5Fx%2e%2Ey': '/public/~user/-_x..y',
    '/public/a%20b%c3%a9': '/public/a%20b%C3%A9',
    '/public/%3aa%40?q=%70%2f..%2F': '/public/%3Aa%40?q=%70%2f..%2F',
    '/PUBLIC/X/': '/PUBLIC/X/',
  }
  for (const [target, expected] of Object.entries(spellings)) {
    assert.equal(statusOf(await sendRequestLines(gateway.port, { target })), 200, target)
    assert.deepEqual(
      gateway.upstream.take().map((record) => record.target),
      [expected],
    )
  }
})

suite('whatever a path is spelled like', () => {
  async function statusAs(name: string, target: string): Promise<number> {
    const { headers = [], asker } = PRINCIPALS[name] ?? assert.fail()
    const status = statusOf(await sendRequestLines(gateway.port, { target, headers }))
    for (const record of gateway.upstream.take()) {
      for (const [backend, { path, method }] of Object.entries(BACKENDS)) {
        const served = path(record)
        assert.ok(mayReach(asker, method(record), served), `${name} reaches ${served} at ${backend}`)
      }
    }
    return status
  }

  for (const [meaning, spellings] of Object.entries(MEANINGS)) {
    for (const spelling of spellings) {
      test(`${spelling.slice(0, 40)} is decided as ${meaning} is`, async () => {
        for (const [name, { asker }] of Object.entries(PRINCIPALS)) {
          const status = await statusAs(name, spelling)
          const expected = mayReach(asker, 'GET', meaning) ? 200 : asker.isKnown ? 403 : 401
          assert.equal(status, expected, name)
          assert.equal(status, await statusAs(name, meaning), name)
        }
      })
    }
  }

  for (const spelling of REFUSED) {
    test(`${JSON.stringify(spelling)} is refused, whoever asks`, async () => {
      for (const name of Object.keys(PRINCIPALS)) assert.equal(await statusAs(name, spelling), 400, name)
    })
  }
})
