import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KeyQuery, KeyStore } from '../../lib/store/key-store.ts'
import { keyRecord, keyRecords } from '../support/key-record.ts'
import type { MakeKeyStore } from './key-store.ts'
import { openedKeyStore } from './opened-key-store.ts'

export function keyStoreListing(make: MakeKeyStore, manyKeys: number): void {
  describe('listing', () => {
    const opened = openedKeyStore(make)

    test('lists by owner, by last use, by expiry and without those that ended', async () => {
      const fresh = keyRecord({ owner: 'a', createdAt: 1_000, lastUsedAt: 5_000 })
      const unused = keyRecord({ owner: 'a', createdAt: 1_000 })
      const stale = keyRecord({ owner: 'b', createdAt: 1_000, lastUsedAt: 2_000, expiresAt: 9_000 })
      const brandNew = keyRecord({ owner: 'b', createdAt: 4_999.5, expiresAt: 9_000.5 })
      const revoked = keyRecord({ owner: 'c', revokedAt: 1, expiresAt: 3 })
      const replaced = keyRecord({ owner: 'c', replacedBy: 'x', graceUntil: 2 })
      for (const record of [replaced, revoked, brandNew, stale, unused, fresh]) await opened.store.insert(record)
      const ids = async (query: Partial<KeyQuery>) =>
        (await opened.store.list({ limit: 100, ...query })).map((record) => record.id)
      assert.deepEqual(
        await ids({}),
        [fresh, unused, stale, brandNew, revoked, replaced].map(({ id }) => id),
      )
      assert.deepEqual(await ids({ owner: 'a' }), [fresh.id, unused.id])
      assert.deepEqual(await ids({ owner: 'nobody' }), [])
      assert.deepEqual(await ids({ owner: "a' OR '1'='1" }), [])
      assert.deepEqual(await ids({ owner: '\0' }), [])
      assert.deepEqual(await ids({ unusedSince: 3_000 }), [unused.id, stale.id])
      assert.deepEqual(await ids({ unusedSince: 4_999.75 }), [unused.id, stale.id, brandNew.id])
      assert.deepEqual(await ids({ expiringBefore: 9_000.5 }), [stale.id, revoked.id])
      assert.deepEqual(
        await ids({ activeAt: 9_000 }),
        [fresh, unused, brandNew].map(({ id }) => id),
      )
      assert.deepEqual(await ids({ owner: 'c' }), [revoked.id, replaced.id])
      assert.deepEqual(await ids({ activeAt: 8_999, owner: 'b', unusedSince: 3_000, expiringBefore: 9_001 }), [
        stale.id,
      ])
      assert.deepEqual(await ids({ limit: 2 }), [fresh.id, unused.id])
      assert.deepEqual(await ids({ limit: 2, after: unused.id }), [stale.id, brandNew.id])
      assert.deepEqual(await ids({ after: replaced.id }), [])
      assert.deepEqual(await ids({ after: 'key_0' }), await ids({}))
    })

    test(`turns the pages of ${manyKeys.toLocaleString('en')} keys: each once, in order, also while keys are added`, async () => {
      const records = keyRecords(manyKeys).map((record, index) =>
        index % 100 === 0 ? { ...record, owner: 'rare' } : { ...record, owner: 'many' },
      )
      const shuffled = records.map((_, index) => records[(index * 7_919) % records.length] ?? keyRecord())
      await opened.current.fill(shuffled)
      const late = keyRecord({ owner: 'many' })
      const pages = await allPages(
        opened.store,
        { owner: 'many', limit: Math.min(1_000, manyKeys / 10) },
        async (page) => {
          if (page === 1) await opened.store.insert(late)
        },
      )
      const expected = records.filter(({ owner }) => owner === 'many').map(({ id }) => id)
      assert.deepEqual(pages, [...expected, late.id])
      const rare = await allPages(opened.store, { owner: 'rare', limit: 100 })
      assert.deepEqual(
        rare,
        records.filter(({ owner }) => owner === 'rare').map(({ id }) => id),
      )
    })
  })
}

async function allPages(
  store: KeyStore,
  query: KeyQuery,
  between?: (page: number) => Promise<void>,
): Promise<readonly string[]> {
  const ids: string[] = []
  for (let page = 1; ; page++) {
    const last = ids.at(-1)
    const records = await store.list(last === undefined ? query : { ...query, after: last })
    for (const { id } of records) ids.push(id)
    await between?.(page)
    if (records.length < query.limit) return ids
  }
}
