import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { inspect } from 'node:util'
import { DependencyError } from '../../../lib/errors.ts'
import { secretVault } from '../../../lib/secrets/vault.ts'
import { memorySecretStore } from '../../../lib/store/memory-secrets.ts'
import { testClock } from '../../support/clock.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const SEALING_KEY = randomBytes(32)

function setUp(sealingKeys: readonly Uint8Array[] = [SEALING_KEY]) {
  const clock = testClock()
  const store = memorySecretStore()
  const vault = secretVault({ store, sealingKeys, now: clock.now })
  const secretsOf = async (keyId: string) => {
    const key = await vault.find(keyId)
    return key?.secrets.map((secret) => secret.export().toString())
  }
  return { clock, store, vault, secretsOf }
}

test('a secret is shown once, kept encrypted, and found opened', async () => {
  const { store, vault, secretsOf } = setUp()
  const { secret, record } = await vault.create({ owner: 'acme', scopes: ['write:orders'], tenantId: 'tenant_xyz' })
  assert.match(secret, /^[A-Za-z0-9_-]{43}$/)
  assert.deepEqual(await secretsOf(record.keyId), [secret])
  assert.ok(!JSON.stringify(await store.find(record.keyId)).includes(secret))
  const key = await vault.find(record.keyId)
  assert.deepEqual([key?.owner, key?.scopes, key?.tenantId], ['acme', ['write:orders'], 'tenant_xyz'])
  assert.ok(!inspect(key, { depth: 9 }).includes(secret) && !JSON.stringify(key).includes(secret))
})

test('no two secrets are alike, nor two that are sealed', async () => {
  const { vault } = setUp()
  const made = await Promise.all(Array.from({ length: 50 }, () => vault.create({ owner: 'acme' })))
  assert.equal(new Set(made.map(({ secret }) => secret)).size, 50)
  assert.equal(new Set(made.map(({ record }) => record.secrets[0]?.sealed.slice(0, 16))).size, 50)
})

suite('rotation', () => {
  test('gives a new secret, and lets the old one work for a while', async () => {
    const { clock, vault, secretsOf } = setUp()
    const { secret: first, record } = await vault.create({ owner: 'acme' })
    const rotated = await vault.rotate(record.keyId, 3_600)
    assert.deepEqual(await secretsOf(record.keyId), [rotated?.secret, first])
    clock.advance(3_600)
    assert.deepEqual(await secretsOf(record.keyId), [rotated?.secret])
  })

  test('without a while, ends the old one at once', async () => {
    const { vault, secretsOf } = setUp()
    const { record } = await vault.create({ owner: 'acme' })
    const rotated = await vault.rotate(record.keyId, 0)
    assert.deepEqual(await secretsOf(record.keyId), [rotated?.secret])
  })

  test('again and again, at most two work, and a while is never made longer', async () => {
    const { clock, vault, secretsOf } = setUp()
    const { record } = await vault.create({ owner: 'acme' })
    const second = await vault.rotate(record.keyId, 60)
    const third = await vault.rotate(record.keyId, 3_600)
    assert.deepEqual(await secretsOf(record.keyId), [third?.secret, second?.secret])
    await vault.rotate(record.keyId, 10)
    await vault.rotate(record.keyId, 3_600)
    clock.advance(3_600)
    assert.equal((await secretsOf(record.keyId))?.length, 1)
  })

  test('by ten at once loses none of the ten', async () => {
    const { store, vault } = setUp()
    const { record } = await vault.create({ owner: 'acme' })
    await Promise.all(Array.from({ length: 10 }, () => vault.rotate(record.keyId, 60)))
    assert.equal((await store.find(record.keyId))?.version, 11)
  })

  test('of a key that is revoked, or is none, gives nothing', async () => {
    const { vault } = setUp()
    const { record } = await vault.create({ owner: 'acme' })
    await vault.revoke(record.keyId)
    assert.equal(await vault.rotate(record.keyId, 60), undefined)
    assert.equal(await vault.rotate('nobody', 60), undefined)
    await assert.rejects(vault.rotate(record.keyId, -1), TypeError)
  })
})

test('a revoked key is found no more; the first time stays', async () => {
  const { clock, vault } = setUp()
  const { record } = await vault.create({ owner: 'acme' })
  const first = await vault.revoke(record.keyId)
  clock.advance(60)
  assert.equal((await vault.revoke(record.keyId))?.revokedAt, first?.revokedAt)
  assert.equal(await vault.find(record.keyId), undefined)
  assert.equal(await vault.revoke('nobody'), undefined)
  assert.deepEqual(
    (await vault.list({ limit: 10 })).map(({ keyId }) => keyId),
    [record.keyId],
  )
})

suite('sealing', () => {
  test('under a new key goes on opening what is sealed under the old', async () => {
    const { store, vault } = setUp()
    const { secret, record } = await vault.create({ owner: 'acme' })
    const moved = secretVault({ store, sealingKeys: [randomBytes(32), SEALING_KEY] })
    assert.equal((await moved.find(record.keyId))?.secrets[0]?.export().toString(), secret)
    const rotated = await moved.rotate(record.keyId, 60)
    const [newest, old] = rotated?.record.secrets ?? []
    assert.notEqual(newest?.sealedUnder, old?.sealedUnder)
  })

  test('under a key that is gone opens nothing: an outage, not an unknown key', async () => {
    const { store, vault } = setUp()
    const { record } = await vault.create({ owner: 'acme' })
    const other = secretVault({ store, sealingKeys: [randomBytes(32)] })
    await assert.rejects(async () => other.find(record.keyId), DependencyError)
  })

  test('opens for no other key id: a secret that is moved in the store is worth nothing', async () => {
    const { store, vault } = setUp()
    const { record: mine } = await vault.create({ owner: 'mallory' })
    const { record: theirs } = await vault.create({ owner: 'acme' })
    await store.replace({ ...theirs, secrets: mine.secrets, version: 2 })
    await assert.rejects(async () => vault.find(theirs.keyId), DependencyError)
  })

  test('shows any change', async () => {
    const { store, vault } = setUp()
    const { record } = await vault.create({ owner: 'acme' })
    const [kept] = record.secrets
    assert.ok(kept)
    const bytes = Buffer.from(kept.sealed, 'base64url')
    let version = record.version
    for (const sealed of ['', 'AAAA', ...[0, 20, bytes.length - 1].map((at) => flipped(bytes, at))]) {
      await store.replace({ ...record, secrets: [{ ...kept, sealed }], version: ++version })
      await assert.rejects(async () => vault.find(record.keyId), DependencyError)
    }
  })
})

function flipped(bytes: Uint8Array, at: number): string {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed.toString('base64url')
}

suite('refused', () => {
  const store = memorySecretStore()
  for (const [name, options, ...words] of [
    ['no store', { sealingKeys: [SEALING_KEY] }, '"store"'],
    ['no sealing key', { store, sealingKeys: [] }, '"sealingKeys"', 'at least one'],
    ['a short sealing key', { store, sealingKeys: [randomBytes(31)] }, '"sealingKeys"', '32'],
    ['a sealing key that is no text', { store, sealingKeys: [42] }, '"sealingKeys"', '32'],
    ['one sealing key twice', { store, sealingKeys: [SEALING_KEY, SEALING_KEY] }, 'twice'],
    ['an unknown option', { store, sealingKeys: [SEALING_KEY], keys: [] }, 'unknown option "keys"'],
  ] as const) {
    test(name, () => assertRefusedOption(() => secretVault(untyped(options)), ...words))
  }

  for (const fields of [
    {},
    { owner: '' },
    { owner: 'a', scopes: ['a b'] },
    { owner: 'a', roles: ['a,b'] },
    { owner: 'a', role: 'x' },
  ]) {
    test(`a key for ${JSON.stringify(fields)}`, async () => {
      await assert.rejects(setUp().vault.create(untyped(fields)), TypeError)
    })
  }
})
