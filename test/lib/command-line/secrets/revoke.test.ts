import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revoke } from '../../../../lib/command-line/secrets/revoke.ts'
import { sharedKeyRecord } from '../../../contract/secret-store.ts'
import { NOW } from '../../../support/command-line.ts'
import { secretsCommandLine } from '../../../support/secrets-command-line.ts'

test('a key ends with all of its secrets, and it is said whose it was', async () => {
  const { secretsCommand, json, secretsOf, secrets } = secretsCommandLine()
  const record = sharedKeyRecord({ owner: 'a\u202ecme' })
  await secrets.insert(record)
  const { code, stdout, stderr } = await secretsCommand(revoke.name, record.keyId)
  assert.deepEqual([code, stderr, stdout], [0, '', `Revoked ${record.keyId} of a\\u{202e}cme.\n`])
  assert.equal(await secretsOf(record.keyId), undefined)
  const again = await json('revoke', record.keyId)
  assert.deepEqual([again.status, again.revokedAt], ['revoked', NOW])
})

test('one that is not there is 3, and none is a mistake', async () => {
  const { secretsCommand } = secretsCommandLine()
  assert.equal((await secretsCommand('revoke', 'hk_nobody')).code, 3)
  assert.equal((await secretsCommand('revoke')).code, 2)
  assert.equal((await secretsCommand('revoke', 'hk_1', 'hk_2')).code, 2)
})
