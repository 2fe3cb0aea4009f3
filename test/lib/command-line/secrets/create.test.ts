import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { create } from '../../../../lib/command-line/secrets/create.ts'
import { NOW } from '../../../support/command-line.ts'
import { SEALING_KEY, secretsCommandLine } from '../../../support/secrets-command-line.ts'

test('a secret is shown once, and is the one that the gateway opens', async () => {
  const { secretsCommand, secrets, secretsOf, open } = secretsCommandLine()
  const { code, stdout, stderr } = await secretsCommand(create.name, '--owner', 'acme')
  assert.deepEqual([code, stderr, open()], [0, '', 0])
  const [, keyId, owner, secret = ''] =
    /^Key id {2}(hk_\S+)\nOwner {3}(\S+)\nSecret {2}(\S{43})\n\nThe secret is shown once, .*\n$/.exec(stdout) ?? []
  assert.equal(owner, 'acme')
  assert.deepEqual(await secretsOf(keyId), [secret])
  assert.ok(!JSON.stringify(await secrets.find(String(keyId))).includes(secret))
})

test('all that a key can have, as JSON for programs', async () => {
  const { json, secrets } = secretsCommandLine()
  const args = '--owner acme --label L --scope a --scope b:c --role r --tenant t --tier gold --expires 90d'
  const { secret, keyId, ...rest } = await json('create', ...args.split(' '))
  assert.match(String(secret), /^[\w-]{43}$/)
  const [made] = rest.secrets as { id: string; createdAt: number }[]
  assert.deepEqual(rest, {
    ...{ owner: 'acme', label: 'L', scopes: ['a', 'b:c'], roles: ['r'], tenantId: 't', tier: 'gold' },
    ...{ createdAt: NOW, expiresAt: NOW + 90 * 86_400, status: 'active', secrets: [made] },
  })
  assert.equal((await secrets.find(String(keyId)))?.tier, 'gold')
})

test('quietly, for a pipe: the secret and nothing else', async () => {
  const { stdout } = await secretsCommandLine().secretsCommand('create', '--owner', 'acme', '-q')
  assert.match(stdout, /^[\w-]{43}\n$/)
})

suite('a mistake makes nothing', () => {
  const wrong: readonly (readonly [string, RegExp, Readonly<Record<string, string>>?])[] = [
    ['', /--owner ID is missing/],
    ['--owner acme --scope a"b', /scope/],
    ['--owner acme --role a,b', /role/],
    ['--owner acme --expires yesterday', /--expires/],
    ['--owner acme acme', /takes options only/],
    ['--owner acme --grace 7d', /no option --grace/],
    ['--owner acme', /GATEWARDEN_SEALING_KEYS is not set.*openssl rand -base64 32/, { GATEWARDEN_SEALING_KEYS: ' ' }],
    [
      '--owner acme',
      /key 2 is no base64 of 32 bytes/,
      { GATEWARDEN_SEALING_KEYS: `${SEALING_KEY},c2hvcnQtc2VhbGluZw==` },
    ],
  ]
  for (const [line, problem, env] of wrong) {
    test(`${line} ${env ? Object.keys(env) : ''}`, async () => {
      const { secretsCommand, secrets, open } = secretsCommandLine(env ? { env } : {})
      const { code, stdout, stderr } = await secretsCommand('create', ...line.split(' ').filter((word) => word !== ''))
      assert.deepEqual([code, stdout, open()], [2, '', 0])
      assert.match(stderr, problem)
      assert.ok(!stderr.includes('c2hvcnQ') && !stderr.includes(SEALING_KEY))
      assert.deepEqual(await secrets.list({ limit: 9 }), [])
    })
  }
})
