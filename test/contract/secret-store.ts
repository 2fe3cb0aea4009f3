import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Awaitable } from '../../lib/effects.ts'
import type { SecretStore, SharedKeyRecord } from '../../lib/store/secret-store.ts'
import { NOW } from '../support/access-token.ts'

export function sharedKeyRecord(changes: Partial<SharedKeyRecord> = {}): SharedKeyRecord {
  return {
    keyId: 'hk_1',
    owner: 'acme',
    scopes: ['read:orders'],
    roles: [],
    createdAt: NOW,
    secrets: [{ id: 'secret_1', sealed: 'c2VhbGVk', sealedUnder: 'k1', createdAt: NOW }],
    version: 1,
    ...changes,
  }
}

const FULL = sharedKeyRecord({
  label: 'orders import',
  roles: ['partner'],
  tenantId: 'tenant_xyz',
  tier: 'gold',
  expiresAt: NOW + 0.5,
  revokedAt: NOW + 60,
  secrets: [
    { id: 'secret_2', sealed: 'bmV3', sealedUnder: 'k2', createdAt: NOW + 1 },
    { id: 'secret_1', sealed: 'b2xk', sealedUnder: 'k1', createdAt: NOW, goodUntil: NOW + 3_600 },
  ],
})

/**
 * What every store of shared keys does, whether it answers at once or later.
 * @param makeStore makes an empty store; whoever makes it also disposes of it
 */
export function secretStoreContract(
  name: string,
  makeStore: () => Awaitable<SecretStore>,
  { skip = false }: { readonly skip?: string | false } = {},
): void {
  suite(`${name} is a secret store`, { skip }, () => {
    test('a record comes back as it was put in', async () => {
      const store = await makeStore()
      assert.equal(await store.insert(FULL), true)
      assert.deepEqual(await store.find('hk_1'), FULL)
      const least = sharedKeyRecord({ keyId: 'hk_2' })
      await store.insert(least)
      assert.deepEqual(await store.find('hk_2'), least)
    })

    test('what is not there is undefined', async () => {
      const store = await makeStore()
      await store.insert(FULL)
      for (const keyId of ['', 'HK_1', 'hk_1 ', 'hk_', '__proto__', "' OR 1=1 --", 'hk_1\0']) {
        assert.equal(await store.find(keyId), undefined, keyId)
      }
    })

    test('a key id is taken once', async () => {
      const store = await makeStore()
      await store.insert(FULL)
      assert.equal(await store.insert(sharedKeyRecord({ owner: 'other' })), false)
      assert.equal((await store.find('hk_1'))?.owner, 'acme')
    })

    test('a change is written in place of the version before it only', async () => {
      const store = await makeStore()
      await store.insert(sharedKeyRecord())
      const changed = sharedKeyRecord({ version: 2, revokedAt: NOW + 1 })
      assert.equal(await store.replace(changed), true)
      assert.deepEqual(await store.find('hk_1'), changed)
      assert.equal(await store.replace(sharedKeyRecord({ version: 2, label: 'late' })), false)
      assert.equal(await store.replace(sharedKeyRecord({ version: 4, label: 'early' })), false)
      assert.equal(await store.replace(sharedKeyRecord({ keyId: 'hk_none', version: 2 })), false)
      assert.deepEqual(await store.find('hk_1'), changed)
    })

    test('of ten who change one at once, one succeeds', async () => {
      const store = await makeStore()
      await store.insert(sharedKeyRecord())
      const labels = Array.from({ length: 10 }, (_, index) => `change ${index}`)
      const done = await Promise.all(labels.map((label) => store.replace(sharedKeyRecord({ version: 2, label }))))
      assert.equal(done.filter((each) => each).length, 1)
      assert.equal((await store.find('hk_1'))?.label, labels[done.indexOf(true)])
    })

    test('keys are listed by id, in pages, of one owner or of all', async () => {
      const store = await makeStore()
      for (const keyId of ['hk_b', 'hk_C', 'hk_a', 'hk_d']) {
        await store.insert(sharedKeyRecord({ keyId, owner: keyId === 'hk_d' ? 'other' : 'acme' }))
      }
      const ids = async (query: Parameters<SecretStore['list']>[0]) =>
        (await store.list(query)).map(({ keyId }) => keyId)
      assert.deepEqual(await ids({ limit: 10 }), ['hk_C', 'hk_a', 'hk_b', 'hk_d'])
      assert.deepEqual(await ids({ limit: 2 }), ['hk_C', 'hk_a'])
      assert.deepEqual(await ids({ limit: 2, after: 'hk_a' }), ['hk_b', 'hk_d'])
      assert.deepEqual(await ids({ limit: 10, owner: 'acme' }), ['hk_C', 'hk_a', 'hk_b'])
      assert.deepEqual(await ids({ limit: 10, owner: 'nobody' }), [])
    })

    test('what is put in is a copy', async () => {
      const store = await makeStore()
      const scopes = ['read:orders']
      await store.insert(sharedKeyRecord({ scopes }))
      scopes.push('admin')
      assert.deepEqual((await store.find('hk_1'))?.scopes, ['read:orders'])
    })
  })
}
