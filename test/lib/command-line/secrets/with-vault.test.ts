import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Arguments } from '../../../../lib/command-line/arguments.ts'
import { noSuchSecret, withVault } from '../../../../lib/command-line/secrets/with-vault.ts'
import { SEALING_KEY, secretsCommandLine } from '../../../support/secrets-command-line.ts'

const NONE = new Arguments([], new Map())

test('the store is closed when the work is done, and when it fails', async () => {
  const { io, open } = secretsCommandLine({ env: { GATEWARDEN_STORE: 'postgres://u:sEcr3t@h/d' } })
  assert.equal(await withVault(NONE, io, async ({ storeName }) => storeName), 'postgres://h/d')
  assert.equal(open(), 0)
  await assert.rejects(
    withVault(NONE, io, () => Promise.reject(new Error('lost'))),
    /lost/,
  )
  assert.equal(open(), 0)
})

test('the first of several keys seals, and the others open', async () => {
  const { vault, secrets } = secretsCommandLine()
  const { secret, record } = await vault.create({ owner: 'acme' })
  const newest = randomBytes(32).toString('base64')
  const env = { GATEWARDEN_SEALING_KEYS: `${newest}, ${SEALING_KEY}` }
  const moved = secretsCommandLine({
    env,
    openSecretStore: async () => ({ store: secrets, isNew: false, close: async () => undefined }),
  })
  await withVault(NONE, moved.io, async (opened) => {
    assert.equal((await opened.vault.find(record.keyId))?.secrets[0]?.export().toString(), secret)
    await opened.vault.rotate(record.keyId, 60)
  })
  const [first, second] = (await secrets.find(record.keyId))?.secrets ?? []
  assert.notEqual(first?.sealedUnder, second?.sealedUnder)
})

test('a key that nobody has is 3', () => assert.equal(noSuchSecret().exitCode, 3))
