import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { EXIT } from '../../../../lib/command-line/exit-code.ts'
import type { Explanation } from '../../../../lib/explain/explanation.ts'
import { AUDIENCE, accessTokenClaims, ISSUER } from '../../../support/access-token.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { serve } from '../../../support/serve.ts'
import { createSigningKey } from '../../../support/signing-key.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const folder = temporaryFolder()
function fileWith(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
const ROUTES = fileWith(
  'routes.yaml',
  `
roleHierarchy: { admin: [editor] }
routes:
  - { path: /health, methods: [GET], public: true }
  - { path: /orders/**, methods: [GET], scopes: [read:orders] }
  - { path: /orders/**, roles: [editor], policy: opa }
  - { path: /either/**, anyOf: [{ policy: opa }, { roles: [editor] }] }
  - { path: /admin/**, roles: [admin], networks: [10.0.0.0/8] }
  - { path: /hours, authenticated: true, times: { zone: UTC, hours: 09:00-17:00 } }
  - { path: /partner, hosts: [partner.example.com], authenticated: true }
`,
)
const ALICE = fileWith('alice.json', '{"subject": "alice", "roles": ["editor"], "scopes": ["read:orders"]}')
const ADMIN = fileWith('admin.json', '{"subject": "root", "roles": ["admin"], "method": "api-key", "kind": "client"}')
const key = createSigningKey('ES256', 'key-1')
const CLAIMS = accessTokenClaims({ iat: NOW - 60, exp: NOW + 600, roles: ['admin'] })
const TOKEN = key.sign(CLAIMS)

const explain = (...args: string[]) => commandLine({ env: {} }).run('explain', '--routes', ROUTES, ...args)
async function explained(...args: string[]) {
  const { code, stdout, stderr } = await explain(...args, '--json')
  return {
    code,
    stderr,
    ...(JSON.parse(stdout) as Omit<Explanation, 'outcome'> & { outcome: string; policiesNotAsked: string[] }),
  }
}

suite('the exit code tells the decision', () => {
  const cases: readonly (readonly [string, readonly string[], number, string])[] = [
    ['allowed', ['--path', '/orders/7', '--principal', ALICE], EXIT.done, 'ALLOWED\n'],
    ['public', ['--path', '/health'], EXIT.done, 'ALLOWED\n'],
    [
      'denied',
      ['--path', '/admin', '--principal', ALICE, '--ip', '10.0.0.1'],
      EXIT.denied,
      'DENIED  403 access_denied\n',
    ],
    ['nobody', ['--path', '/orders/7'], EXIT.denied, 'DENIED  401 unauthenticated\n'],
    ['no rule', ['--path', '/nothing', '--principal', ALICE], EXIT.denied, 'DENIED  403 access_denied\n'],
    ['malformed', ['--path', '/a/../b'], EXIT.denied, 'DENIED  400 invalid_request\n'],
    [
      'it depends',
      ['--path', '/orders/7', '--method', 'PUT', '--principal', ALICE],
      EXIT.undecided,
      'DEPENDS on what is not asked here: policy opa\n',
    ],
    ['usage', ['--path', 'orders'], EXIT.usage, ''],
  ]
  for (const [name, args, code, begin] of cases) {
    test(name, async () => {
      const run = await explain(...args)
      assert.equal(run.code, code, run.stderr)
      assert.equal(run.stdout.slice(0, begin.length), begin)
      assert.equal(run.stdout === '', begin === '')
    })
  }
})

suite('what is known of the request decides', () => {
  const outcome = async (...args: string[]) => (await explained(...args)).outcome
  test('the address', async () => {
    const admin = ['--path', '/admin', '--principal', ADMIN]
    assert.equal(await outcome(...admin, '--ip', '10.1.2.3'), 'allowed')
    assert.equal(await outcome(...admin, '--ip', '192.0.2.7'), 'denied')
    const { stages } = await explained(...admin)
    assert.deepEqual(
      stages.authorize.requirements.map(({ verdict }) => verdict),
      ['met', 'cannot be told', 'not asked'],
    )
  })
  test('the time', async () => {
    const hours = ['--path', '/hours', '--principal', ALICE]
    assert.equal(await outcome(...hours, '--at', '2026-11-24T09:30:00Z'), 'allowed')
    assert.equal(await outcome(...hours, '--at', '2026-11-24'), 'denied')
    assert.equal(await outcome(...hours, '--at', 'now'), await outcome(...hours))
  })
  test('the host, and the method', async () => {
    const partner = ['--path', '/partner', '--principal', ALICE]
    assert.equal(await outcome(...partner, '--host', 'partner.example.com'), 'allowed')
    const { stages } = await explained(...partner)
    assert.deepEqual(stages.match.near, [
      { rule: '* partner.example.com/partner', differs: 'it is for partner.example.com' },
    ])
    assert.equal(await outcome('--path', '/orders/7', '--method', 'HEAD', '--principal', ALICE), 'allowed')
    assert.equal(await outcome('--path', '/health', '--method', 'TRACE'), 'denied')
  })
  test('its headers', async () => {
    const { stages } = await explained('--path', '/health', '--header', 'X-User-ID: root', '--header', 'Accept: a')
    assert.deepEqual(stages.strip.removed, [{ name: 'x-user-id', why: 'not for clients' }])
    assert.ok(stages.propagate.headers.some(({ name, value }) => name === 'accept' && value === 'a'))
  })
  test('the hierarchy of roles in the file', async () => {
    const { stages } = await explained('--path', '/either/x', '--principal', ADMIN)
    assert.equal(stages.authorize.verdict, 'passed')
  })
})

suite('policies are not asked', () => {
  test('one that is needed leaves it open', async () => {
    const { stages, policiesNotAsked, outcome } = await explained(
      '--path',
      '/orders/7',
      '--method',
      'PUT',
      '--principal',
      ALICE,
    )
    assert.deepEqual([outcome, policiesNotAsked], ['depends', ['policy opa']])
    const { asks, verdict, reason } = stages.authorize.requirements.at(-1) ?? assert.fail()
    assert.deepEqual([asks, verdict, reason], ['policy opa', 'not asked', 'it is not asked here'])
  })
  test('one that another alternative makes needless does not', async () => {
    const { outcome, policiesNotAsked, stages } = await explained('--path', '/either/x', '--principal', ALICE)
    assert.deepEqual([outcome, policiesNotAsked], ['allowed', []])
    assert.equal(stages.authorize.requirements[1]?.parts[0]?.verdict, 'not asked')
  })
  test('what is denied before a policy is asked is denied', async () => {
    const nobody = fileWith('nobody.json', '{"subject": "bob"}')
    const { outcome, policiesNotAsked } = await explained(
      '--path',
      '/orders/7',
      '--method',
      'PUT',
      '--principal',
      nobody,
    )
    assert.deepEqual([outcome, policiesNotAsked], ['denied', []])
  })
})

suite('a token', () => {
  test('is taken as it stands, loudly, and is never printed', async () => {
    const { code, stdout, stderr } = await explain('--path', '/admin', '--ip', '10.0.0.1', '--token', TOKEN)
    assert.equal(code, EXIT.done)
    assert.match(stdout, /^ALLOWED {2}\(the token is NOT VERIFIED\)\n/)
    assert.match(stdout, /NOT VERIFIED, its claims are taken as they stand/)
    assert.match(stderr, /^gatewarden: the token is NOT VERIFIED/)
    for (const part of TOKEN.split('.')) assert.ok(!(stdout + stderr).includes(part))
  })
  test('comes from standard input, to stay out of the history', async () => {
    const { run } = commandLine({ input: `${TOKEN}\n` })
    assert.equal((await run('explain', '--routes', ROUTES, '--path', '/orders/7', '--token', '-')).code, EXIT.done)
  })
  test('in a header is one, too', async () => {
    const { code, stderr } = await explain('--path', '/orders/7', '--header', `Authorization: Bearer ${TOKEN}`)
    assert.equal(code, EXIT.done)
    assert.match(stderr, /NOT VERIFIED/)
  })
  test('that has expired then is refused', async () => {
    const { stages, outcome } = await explained('--path', '/orders/7', '--token', TOKEN, '--at', '2030-01-01')
    assert.deepEqual([outcome, stages.authenticate.reason], ['denied', 'expired'])
  })
  test('is verified by the keys of its issuer, in a file', async () => {
    const jwks = fileWith('jwks.json', JSON.stringify({ keys: [key.jwk] }))
    const verified = ['--path', '/orders/7', '--issuer', ISSUER, '--audience', AUDIENCE, '--jwks', jwks]
    const good = await explain(...verified, '--token', TOKEN)
    assert.deepEqual([good.code, good.stderr, good.stdout.slice(0, 8)], [EXIT.done, '', 'ALLOWED\n'])
    const forged = await explain(...verified, '--token', createSigningKey('ES256', 'key-1').sign(CLAIMS))
    assert.equal(forged.code, EXIT.denied)
    assert.match(forged.stdout, /^DENIED {2}401 invalid_token\n/)
    assert.match(forged.stdout, /NO {2}authenticate {2}signature\n/)
  })
  test('is verified by what its issuer publishes; when that cannot be had, nothing is decided', async () => {
    let isDown = false
    const port = await serve((_request, response) => {
      response.statusCode = isDown ? 500 : 200
      response.end(JSON.stringify({ keys: [key.jwk] }))
    })
    const url = `http://127.0.0.1:${port}/jwks`
    const verified = [
      '--path',
      '/orders/7',
      '--issuer',
      ISSUER,
      '--audience',
      AUDIENCE,
      '--jwks',
      url,
      '--token',
      TOKEN,
    ]
    assert.equal((await explain(...verified)).code, EXIT.done)
    isDown = true
    const { code, stdout, stderr } = await explain(...verified)
    assert.equal(code, EXIT.failed)
    assert.match(stdout, /^DENIED {2}503 temporarily_unavailable\n/)
    assert.ok(!(stdout + stderr).includes(TOKEN))
  })
})
