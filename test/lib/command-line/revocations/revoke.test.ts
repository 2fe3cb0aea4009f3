import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { REVOKE_COMMANDS } from '../../../../lib/command-line/revocations/revoke.ts'
import type { Revocation } from '../../../../lib/store/revocation-list.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'

const DAY = 86_400
const ISSUER = 'https://login.example.com'

/** What a command line puts into the store. */
async function appended(...args: string[]): Promise<readonly Revocation[]> {
  const { run, revocations, open } = commandLine()
  const { code, stderr } = await run('revoke', ...args)
  assert.deepEqual([code, stderr, open()], [0, '', 0])
  return (await revocations.read('', 10)).revocations
}

suite('gatewarden revoke', () => {
  const expiresAt = NOW + DAY
  const cases: readonly (readonly [string, Revocation])[] = [
    ['token t-1', { kind: 'token', tokenId: 't-1', expiresAt }],
    [`token t-1 --issuer ${ISSUER}`, { kind: 'token', tokenId: 't-1', issuer: ISSUER, expiresAt }],
    ['session s-1 --expires-in 12h', { kind: 'session', sessionId: 's-1', expiresAt: NOW + DAY / 2 }],
    ['client app', { kind: 'client', clientId: 'app', expiresAt }],
    ['client app --before now', { kind: 'client', clientId: 'app', issuedBefore: NOW, expiresAt }],
    ['subject auth0|1', { kind: 'subject', subject: 'auth0|1', issuedBefore: NOW, expiresAt }],
    [
      'subject alice --before 2025-01-02T03:04:05Z',
      { kind: 'subject', subject: 'alice', issuedBefore: Date.UTC(2025, 0, 2, 3, 4, 5) / 1000, expiresAt },
    ],
    [
      'subject alice --before 2025-01-02',
      { kind: 'subject', subject: 'alice', issuedBefore: 1_735_776_000, expiresAt },
    ],
    ['version alice --below 4', { kind: 'version', subject: 'alice', minVersion: 4, expiresAt }],
  ]
  for (const [line, revocation] of cases) {
    test(line, async () => assert.deepEqual(await appended(...line.split(' ')), [revocation]))
  }

  test('says what it did, in a sentence or as JSON', async () => {
    const { run } = commandLine()
    assert.deepEqual(await run('revoke', 'subject', 'a\u202ee', '--issuer', ISSUER, '--before', 'now'), {
      code: 0,
      stderr: '',
      stdout: `Revoked: the tokens about a\\u{202e}e (issued before 2025-11-24T16:00:00Z) of ${ISSUER}, kept until 2025-11-25T16:00:00Z (in 1 day).\n`,
    })
    const { stdout } = await run('revoke', 'token', 't-1', '--json')
    assert.deepEqual(JSON.parse(stdout), { kind: 'token', tokenId: 't-1', expiresAt: NOW + DAY })
  })

  const WRONG: readonly (readonly [string, RegExp])[] = [
    ['token', /JTI is missing/],
    ['token a b', /more than one JTI/],
    [`token ${'x'.repeat(1025)}`, /too long/],
    [`token a --issuer ${'x'.repeat(1025)}`, /too long/],
    ['token a --before now', /no option --before/],
    ['token a --expires-in soon', /--expires-in must be/],
    ['token a --expires-in 0', /--expires-in must be/],
    ['client a --before 2099-01-01', /still to come/],
    ['client a --before yesterday', /--before must be/],
    ['subject a --before 90d', /--before must be/],
    ['version a', /--below NUMBER is missing/],
    ['version a --below -1', /--below/],
    ['version a --below 1.5', /--below must be/],
    ['tokens a', /Did you mean revoke token\?/],
    ['user a', /The commands: token, session, client, subject, version/],
  ]
  for (const [line, problem] of WRONG) {
    test(`${line.slice(0, 40)} is a mistake`, async () => {
      const { run, revocations, open } = commandLine()
      const { code, stdout, stderr } = await run('revoke', ...line.split(' '))
      assert.deepEqual([code, stdout, open()], [2, '', 0])
      assert.match(stderr, problem)
      assert.deepEqual((await revocations.read('', 10)).revocations, [])
    })
  }

  test('a token, or a key, where its id belongs is refused, and not repeated', async () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl'
    const key = 'sk_live_0123456789abcdefghijABCDEFGHIJ01234567'
    const { run, open } = commandLine()
    for (const secret of [token, key]) {
      for (const { name } of REVOKE_COMMANDS) {
        const { code, stdout, stderr } = await run(
          'revoke',
          name,
          secret,
          ...(name === 'version' ? ['--below', '1'] : []),
        )
        assert.deepEqual([code, stdout, open()], [2, '', 0])
        assert.ok(!stderr.includes(secret), stderr)
      }
    }
  })

  test('a store that fails is 1', async () => {
    const failing = async () => {
      throw new Error('lost redis://:sEcr3t@h')
    }
    const { run } = commandLine({ env: { GATEWARDEN_STORE: 'redis://:sEcr3t@h' }, openRevocationStore: failing })
    const { code, stdout, stderr } = await run('revoke', 'token', 't-1')
    assert.deepEqual([code, stdout], [1, ''])
    assert.ok(!stderr.includes('sEcr3t'))
  })
})

test('revoke alone shows its commands, and no others', async () => {
  const { run } = commandLine()
  const { code, stderr } = await run('revoke')
  assert.equal(code, 2)
  assert.match(stderr, /revoke subject/)
  assert.doesNotMatch(stderr, /keys create/)
})
