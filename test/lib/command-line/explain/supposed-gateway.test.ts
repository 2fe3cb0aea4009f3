import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Authenticator } from '../../../../lib/authenticate/authenticator.ts'
import { EXIT } from '../../../../lib/command-line/exit-code.ts'
import { atGatewayOf, SERVER } from '../../../../lib/command-line/explain/supposed-gateway.ts'
import type { Explanation } from '../../../../lib/explain/explanation.ts'
import { accessTokenClaims, ISSUER } from '../../../support/access-token.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { headerAuthenticator } from '../../../support/fake-authenticator.ts'
import { createSigningKey } from '../../../support/signing-key.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const folder = temporaryFolder()
const fileWith = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const OTHER = 'https://other.example.test'
const ROUTES = fileWith(
  'routes.yaml',
  `
routes:
  - { path: /plain, authenticated: true }
  - { path: /fresh, roles: [editor], freshIntrospection: true }
  - { path: /either, anyOf: [{ freshIntrospection: true }, { roles: [editor] }] }
  - { path: /both, freshIntrospection: true, policy: opa }
  - { path: /cert, certificate: true }
  - { path: /ours, issuers: [${ISSUER}] }
  - { path: /theirs, anyOf: [{ issuers: [${OTHER}] }, { allOf: [{ authenticators: [kerberos] }] }] }
`,
)
const EDITOR = fileWith('editor.json', '{"subject": "alice", "roles": ["editor"]}')
const READER = fileWith('reader.json', '{"subject": "bob", "method": "introspection"}')
const KEY = fileWith('key.json', '{"subject": "app", "kind": "client", "method": "api-key", "roles": ["editor"]}')
const KERBEROS = fileWith('kerberos.json', '{"subject": "carol", "method": "kerberos"}')
const TOKEN = createSigningKey('ES256', 'key-1').sign(accessTokenClaims({ iat: NOW - 60, exp: NOW + 600 }))

const run = (path: string, ...who: string[]) =>
  commandLine({ env: {} }).run('explain', '--routes', ROUTES, '--path', path, ...who)

test('who presents nothing is anonymous at a gateway whose table lets such in, and there alone', async () => {
  const table = (rule: string) =>
    fileWith('open.yaml', `routes:\n  - { path: /open, ${rule} }\n  - { path: /in, roles: [a] }\n`)
  const codeOf = async (file: string, path: string) =>
    (await commandLine({ env: {} }).run('explain', '--routes', file, '--path', path)).code
  const open = table('anonymous: true')
  assert.deepEqual([await codeOf(open, '/open'), await codeOf(open, '/in')], [EXIT.done, EXIT.denied])
  const closed = table('authenticated: true')
  assert.deepEqual([await codeOf(closed, '/open'), await codeOf(closed, '/in')], [EXIT.denied, EXIT.denied])
})

suite('a table is explained whatever it asks for', () => {
  const cases: readonly (readonly [path: string, who: string, code: number])[] = [
    ['/plain', READER, EXIT.done],
    ['/plain', KEY, EXIT.done],
    ['/fresh', EDITOR, EXIT.undecided],
    ['/fresh', READER, EXIT.denied],
    ['/fresh', KEY, EXIT.denied],
    ['/either', EDITOR, EXIT.done],
    ['/either', READER, EXIT.undecided],
    ['/either', KEY, EXIT.done],
    ['/both', EDITOR, EXIT.undecided],
    ['/both', KEY, EXIT.denied],
    ['/cert', KEY, EXIT.denied],
    ['/ours', EDITOR, EXIT.denied],
    ['/theirs', EDITOR, EXIT.denied],
    ['/theirs', KERBEROS, EXIT.done],
  ]
  for (const [path, who, code] of cases) {
    test(`${path} for ${who.slice(folder.length + 1)}`, async () => {
      const answer = await run(path, '--principal', who)
      assert.equal(answer.code, code, answer.stderr)
    })
  }
  test('/ours for a token', async () => {
    assert.equal((await run('/ours', '--token', TOKEN)).code, EXIT.done)
    assert.equal((await run('/theirs', '--token', TOKEN)).code, EXIT.denied)
  })
})

test('a server that is not asked is told, and no verdict is made up for it', async () => {
  for (const [path, depends] of [
    ['/fresh', [SERVER]],
    ['/both', [SERVER, 'policy opa']],
    ['/either', []],
  ] as const) {
    const { stdout } = await run(path, '--principal', EDITOR, '--json')
    const { stages, policiesNotAsked } = JSON.parse(stdout) as Explanation & { policiesNotAsked: string[] }
    assert.deepEqual(policiesNotAsked.sort(), [...depends].sort())
    assert.match(stages.authenticate.untold.join(), /its authorization server is not asked/)
    const asked = stages.authorize.requirements.flatMap((each) => [each, ...each.parts])
    assert.equal(asked.find(({ asks }) => asks === 'fresh introspection')?.verdict, 'not asked')
  }
  const { stdout } = await run('/plain', '--principal', EDITOR, '--json')
  assert.deepEqual((JSON.parse(stdout) as Explanation).stages.authenticate.untold, [])
})

test('what is known of the issuers stays known', () => {
  const known: Authenticator = { ...headerAuthenticator('x-api-key', {}), issuers: [ISSUER] }
  const issuersFor = (authenticate: Authenticator) =>
    atGatewayOf([{ path: '/', issuers: [OTHER] }], authenticate, () => false).issuers
  assert.deepEqual(issuersFor(known), [ISSUER, OTHER])
  assert.equal(issuersFor({ ...known, issuers: 'any' }), 'any')
})
