import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECRET_COLUMNS, secretRow, secretView } from '../../../../lib/command-line/secrets/secret-output.ts'
import { sharedKeyRecord } from '../../../contract/secret-store.ts'
import { NOW } from '../../../support/command-line.ts'
import { secretsCommandLine } from '../../../support/secrets-command-line.ts'

test('a row has a cell for each column; a secret that has ended is not counted', () => {
  const [secret] = sharedKeyRecord().secrets
  assert.ok(secret)
  const ended = { ...secret, id: 'secret_0', goodUntil: NOW }
  const row = secretRow(sharedKeyRecord({ createdAt: NOW, secrets: [secret, ended] }), NOW)
  assert.equal(row.length, SECRET_COLUMNS.length)
  assert.deepEqual(row, ['hk_1', 'acme', 'active', '1', '2025-11-24 (just now)', ''])
  assert.equal(secretRow(sharedKeyRecord({ revokedAt: 1, expiresAt: 1 }), NOW)[2], 'revoked')
  assert.equal(secretRow(sharedKeyRecord({ expiresAt: NOW }), NOW)[2], 'expired')
  assert.equal(secretRow(sharedKeyRecord({ expiresAt: NOW + 1 }), NOW)[2], 'active')
})

test('what programs see holds nothing that is sealed', () => {
  const text = JSON.stringify(secretView(sharedKeyRecord(), NOW))
  assert.ok(!/sealed|c2VhbGVk|version/.test(text), text)
})

test('a secret that could not be printed is told of, with the way to another one', async () => {
  const { secretsCommand, secrets } = secretsCommandLine({ outputError: new Error('EPIPE') })
  const { code, stdout, stderr } = await secretsCommand('create', '--owner', 'acme')
  const [record] = await secrets.list({ limit: 1 })
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, new RegExp(`could not be written: rotate ${record?.keyId} for another one`))
})
