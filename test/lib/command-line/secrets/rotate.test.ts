import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rotate } from '../../../../lib/command-line/secrets/rotate.ts'
import { NOW } from '../../../support/command-line.ts'
import { secretsCommandLine } from '../../../support/secrets-command-line.ts'

test('a new secret works, and the old one for the time of grace', async () => {
  const { json, secretsOf, vault } = secretsCommandLine()
  const { secret: old, record } = await vault.create({ owner: 'acme' })
  const { secret, keyId, secrets } = await json(rotate.name, record.keyId, '--grace', '14d')
  assert.equal(keyId, record.keyId)
  assert.deepEqual(await secretsOf(keyId), [secret, old])
  assert.deepEqual(
    (secrets as { goodUntil?: number }[]).map(({ goodUntil }) => goodUntil),
    [undefined, NOW + 14 * 86_400],
  )
})

test('without grace the old one ends at once', async () => {
  const { secretsCommand, secretsOf, vault } = secretsCommandLine()
  const { record } = await vault.create({ owner: 'acme' })
  const { code, stdout } = await secretsCommand('rotate', record.keyId, '--grace', '0', '-q')
  assert.equal(code, 0)
  assert.deepEqual(await secretsOf(record.keyId), [stdout.trim()])
})

test('what is not there, or is revoked, is not rotated: 3', async () => {
  const { secretsCommand, vault } = secretsCommandLine()
  const { record } = await vault.create({ owner: 'acme' })
  await vault.revoke(record.keyId)
  for (const keyId of ['hk_nobody', record.keyId]) {
    const { code, stdout, stderr } = await secretsCommand('rotate', keyId, '--grace', '1d')
    assert.deepEqual([code, stdout], [3, ''])
    assert.match(stderr, /no such key id in this store, or it is revoked/)
  }
})

test('the grace must be said, and be a time up to a year', async () => {
  const { secretsCommand, secrets, vault } = secretsCommandLine()
  const { record } = await vault.create({ owner: 'acme' })
  for (const args of [
    [],
    ['--grace', '2y'],
    ['--grace', '-1'],
    ['--grace', 'week'],
    ['--grace', '7'],
    ['--grace', ''],
  ]) {
    assert.equal((await secretsCommand('rotate', record.keyId, ...args)).code, 2, args.join(' '))
  }
  assert.equal((await secrets.find(record.keyId))?.version, 1)
})
