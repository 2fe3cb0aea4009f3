import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startDemo } from '../support/demo.ts'
import { runCommand } from '../support/run-command.ts'

const demo = await startDemo([])
after(() => demo.stop())
// It has been written before the ready file, but may still be on its way here.
await demo.said('Ctrl-C')
const { stdout: banner, stderr } = demo.output()
const { gateway, metrics, issuer, upstream, credentials } = demo.ready

/** Commands of the banner, by the comment above each. */
const commands = new Map(
  [...banner.matchAll(/^# ([^:\n]+).*\n((?:curl|npm|KEY_ID=\S+) .+)$/gm)].map(([, title = '', line = '']) => [
    title,
    line,
  ]),
)

async function run(title: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand('bash', ['-c', commands.get(title) ?? 'false'])
  assert.equal(code, 0)
  assert.equal(stderr, '')
  return stdout
}

test('it says where things are, and is short', () => {
  for (const url of [gateway, metrics, issuer, upstream]) assert.ok(banner.includes(url))
  assert.ok(banner.split('\n').length < 75)
  assert.equal(stderr, '')
})

test('it shows no access token, and no key that is not used', () => {
  const { apiKeys, users } = credentials
  for (const { accessToken, mfaAccessToken } of Object.values(users)) {
    assert.ok(!banner.includes(accessToken) && !banner.includes(mfaAccessToken))
  }
  assert.ok(!banner.includes(credentials.dpop.accessToken))
  for (const name of ['reader', 'test', 'expired', 'revoked', 'gold'] as const)
    assert.ok(!banner.includes(apiKeys[name].key))
})

for (const [title, expected] of [
  ['public', /<h1>Welcome<\/h1>/],
  ['API key', /You are an application of tenant_xyz.*Sealing wax/s],
  ['client token (client credentials)', /You are an application of tenant_xyz.*Sealing wax/s],
  ['opaque token', /You are an application of tenant_xyz.*Sealing wax/s],
  ['user token (authorization code + PKCE)', /You are alice \(admin, editor\).*<li>bob<\/li>/s],
  ['a key for a partner, made by alice', /^\{"key":"sk_live_[0-9A-Za-z]{38}","id":"key_[^"]+".*"owner":"partner-beta"/],
  ['decided by Open Policy Agent, or its policy compiled', /"x-user-id": "bob"/],
  ['token bound to a key, with the proof of having it (DPoP)', /You are alice \(admin, editor\).*Sealing wax/s],
  ['stronger login', /"x-user-id": "alice"/],
  ['partner with a client certificate (mutual TLS)', /"x-client-id": "partner-acme"/],
  ['webhook signed with a shared secret (HMAC)', /"x-client-id": "shop-webhooks"/],
  ['request signed by a key (RFC 9421)', /"x-client-id": "signing-client"/],
  ['limit of a tier', /^(?:200\n){10,}429\n(?:200\n|429\n)*$/],
  ['why', /^ALLOWED\n.*ok {2}match +\* \/admin\/\*\*\n.*ok {2}roles admin\n.*x-user-id +alice/s],
  ['metrics', /^# TYPE /m],
  ['forbidden', /^HTTP\/1\.1 403 Forbidden\r\n.*application\/problem\+json/s],
] as const) {
  test(`works as printed: ${title}`, async () => assert.match(await run(title), expected))
}

test('works as printed: every token of bob ends', async () => {
  const { accessToken } = credentials.users.bob
  const ask = () => fetch(`${gateway}/orders`, { headers: { authorization: `Bearer ${accessToken}` } })
  assert.equal((await ask()).status, 200)
  assert.match(await run('every token of bob ends'), /^HTTP\/1\.1 2\d\d /)
  assert.equal((await ask()).status, 401)
})

test('works as printed: forged headers', async () => {
  const output = await run('forged headers')
  assert.equal(JSON.parse(output).target, '/public/echo')
  assert.doesNotMatch(output, /alice|admin|user[-_](id|roles)/i)
})

test('there is no other command', () => {
  assert.equal(commands.size, 18)
  assert.equal(banner.match(/^(?:curl|npm|KEY_ID=\S+) /gm)?.length, 18)
})
