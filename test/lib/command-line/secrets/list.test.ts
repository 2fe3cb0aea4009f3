import assert from 'node:assert/strict'
import { test } from 'node:test'
import { list } from '../../../../lib/command-line/secrets/list.ts'
import { sharedKeyRecord } from '../../../contract/secret-store.ts'
import { NOW } from '../../../support/command-line.ts'
import { secretsCommandLine } from '../../../support/secrets-command-line.ts'

test('keys are shown in their order, with how many secrets work, and no secret', async () => {
  const { secretsCommand, secrets, vault } = secretsCommandLine()
  const { secret, record } = await vault.create({ owner: 'globex', label: 'orders' })
  const rotated = await vault.rotate(record.keyId, 60)
  await secrets.insert(sharedKeyRecord({ keyId: 'hk_!', createdAt: NOW, expiresAt: NOW, label: 'a\nb' }))
  const { code, stdout, stderr } = await secretsCommand(list.name)
  assert.deepEqual([code, stderr], [0, ''])
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((row) => row.split(/ {2,}/))
  const today = '2025-11-24 (just now)'
  assert.deepEqual(rows, [
    ['KEY ID', 'OWNER', 'STATUS', 'SECRETS', 'CREATED', 'LABEL'],
    ['hk_!', 'acme', 'expired', '1', today, 'a\\u{a}b'],
    [record.keyId, 'globex', 'active', '2', today, 'orders'],
  ])
  for (const each of [secret, rotated?.secret ?? '', ...(rotated?.record.secrets ?? []).map(({ sealed }) => sealed)]) {
    assert.ok(!stdout.includes(each))
  }
})

test('all pages become one JSON document, of one owner if asked for, and without what is sealed', async () => {
  const { json, secrets } = secretsCommandLine()
  assert.deepEqual(await json('list'), { secrets: [] })
  for (let index = 0; index < 2_500; index++) {
    await secrets.insert(sharedKeyRecord({ keyId: `hk_${index}`, owner: index % 2 === 0 ? 'acme' : 'globex' }))
  }
  const all = (await json('list')).secrets as Record<string, unknown>[]
  assert.equal(new Set(all.map(({ keyId }) => keyId)).size, 2_500)
  assert.ok(!JSON.stringify(all).includes('sealed'))
  assert.equal(((await json('list', '--owner', 'globex')).secrets as unknown[]).length, 1_250)
})

test('nothing is said so', async () => {
  const { secretsCommand } = secretsCommandLine()
  const { code, stdout, stderr } = await secretsCommand('list')
  assert.deepEqual([code, stdout, stderr], [0, '', 'No such secrets in sqlite:memory.\n'])
})
