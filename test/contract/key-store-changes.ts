import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyRecord } from '../support/key-record.ts'
import type { MakeKeyStore } from './key-store.ts'
import { openedKeyStore } from './opened-key-store.ts'

export function keyStoreChanges(make: MakeKeyStore): void {
  describe('changes', () => {
    const opened = openedKeyStore(make)

    test('an update changes what it names, and answers with the key as it is then', async () => {
      const record = keyRecord({ label: 'old', scopes: ['a'], tier: 'gold' })
      await opened.store.insert(record)
      const changes = { label: 'neu ✓', scopes: ['b', 'c'], expiresAt: 1_764_000_000.25, allowedRoutes: ['/orders/**'] }
      const updated = await opened.store.update(record.id, { ...changes, tier: undefined } as typeof changes)
      assert.deepEqual({ ...updated }, { ...record, ...changes })
      assert.deepEqual({ ...(await opened.store.findByHash([record.hash])) }, { ...record, ...changes })
    })

    test('null takes a value away', async () => {
      const bare = keyRecord()
      const limits = { allowedNetworks: ['10.0.0.0/8'], allowedRoutes: ['/a'] }
      await opened.store.insert({ ...bare, label: 'x', tenantId: 't', tier: 'g', userId: 'u', expiresAt: 5, ...limits })
      const texts = { label: null, tenantId: null, tier: null, userId: null }
      const nothing = { ...texts, allowedNetworks: null, allowedRoutes: null, expiresAt: null }
      assert.deepEqual({ ...(await opened.store.update(bare.id, nothing)) }, bare)
      assert.deepEqual({ ...(await opened.store.findById(bare.id)) }, bare)
    })

    test('an update of nothing answers with the key as it is', async () => {
      const record = keyRecord()
      await opened.store.insert(record)
      assert.deepEqual({ ...(await opened.store.update(record.id, {})) }, record)
    })

    test('a change is seen by the next look-up, and by another instance', async () => {
      const record = keyRecord({ scopes: ['a'] })
      await opened.store.insert(record)
      assert.deepEqual((await opened.store.findByHash([record.hash]))?.scopes, ['a'])
      await opened.store.update(record.id, { scopes: [] })
      assert.deepEqual((await opened.store.findByHash([record.hash]))?.scopes, [])
      assert.deepEqual((await opened.current.other.findByHash([record.hash]))?.scopes, [])
    })

    test('a revoked key is seen as revoked by the next look-up; the first time stays', async () => {
      const record = keyRecord()
      await opened.store.insert(record)
      await opened.store.findByHash([record.hash])
      assert.equal((await opened.store.revoke(record.id, 1_764_000_001.5))?.revokedAt, 1_764_000_001.5)
      assert.equal((await opened.store.findByHash([record.hash]))?.revokedAt, 1_764_000_001.5)
      assert.equal((await opened.current.other.revoke(record.id, 1_764_000_009))?.revokedAt, 1_764_000_001.5)
    })

    test('a change and a revocation at once: neither is lost', async () => {
      for (let round = 0; round < 50; round++) {
        const record = keyRecord()
        await opened.store.insert(record)
        await Promise.all([
          opened.store.update(record.id, { label: 'changed' }),
          opened.current.other.revoke(record.id, 7),
          opened.store.update(record.id, { tier: 'gold' }),
        ])
        const { label, revokedAt, tier } = (await opened.store.findById(record.id)) ?? {}
        assert.deepEqual({ label, revokedAt, tier }, { label: 'changed', revokedAt: 7, tier: 'gold' })
      }
    })

    test('200 changes of one key at once all succeed', async () => {
      const record = keyRecord()
      await opened.store.insert(record)
      const changes = Array.from({ length: 200 }, async (_, index) => {
        const store = index % 2 === 0 ? opened.store : opened.current.other
        return store.update(record.id, { label: `change ${index}` })
      })
      for (const updated of await Promise.all(changes)) assert.equal(updated?.id, record.id)
    })
  })
}
