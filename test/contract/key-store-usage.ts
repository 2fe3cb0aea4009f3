import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyRecord, keyRecords } from '../support/key-record.ts'
import type { MakeKeyStore } from './key-store.ts'
import { openedKeyStore } from './opened-key-store.ts'

const INTERVAL = 300

export function keyStoreUsage(make: MakeKeyStore): void {
  describe('last use', () => {
    const opened = openedKeyStore(make)
    const lastUse = async (id: string) => (await opened.store.findById(id))?.lastUsedAt

    test('is written once per interval, and never goes back', async () => {
      const { id } = keyRecord()
      await opened.store.insert({ ...keyRecord(), id })
      const steps = [
        [1_000.125, 1_000.125],
        [1_299, 1_000.125],
        [1_300.125, 1_300.125],
        [900, 1_300.125],
        [1_300.125, 1_300.125],
      ] as const
      for (const [usedAt, expected] of steps) {
        await opened.store.touch([{ id, usedAt }], INTERVAL)
        assert.equal(await lastUse(id), expected)
      }
    })

    test('two instances write a key once per interval together', async () => {
      const record = keyRecord()
      await opened.store.insert(record)
      await opened.store.touch([{ id: record.id, usedAt: 5_000 }], INTERVAL)
      await opened.current.other.touch([{ id: record.id, usedAt: 5_100 }], INTERVAL)
      assert.equal(await lastUse(record.id), 5_000)
      await opened.current.other.touch([{ id: record.id, usedAt: 5_300 }], INTERVAL)
      assert.equal(await lastUse(record.id), 5_300)
    })

    test('a batch touches the keys that are there; an empty one does nothing', async () => {
      const records = keyRecords(500)
      await opened.current.fill(records)
      const uses = records.map(({ id }, index) => ({ id, usedAt: 1_000 + index }))
      await opened.store.touch([{ id: 'key_unknown', usedAt: 1 }, ...uses], INTERVAL)
      await opened.store.touch([], INTERVAL)
      for (const { id, usedAt } of uses) assert.equal(await lastUse(id), usedAt)
      assert.equal(await opened.store.findById('key_unknown'), undefined)
    })

    test("instances that touch the same keys in other orders do not stand in each other's way", async () => {
      const records = keyRecords(500)
      await opened.current.fill(records)
      for (let round = 1; round <= 10; round++) {
        const uses = records.map(({ id }) => ({ id, usedAt: round * 1_000 }))
        const backwards = [...uses].reverse()
        await Promise.all([opened.store.touch(uses, INTERVAL), opened.current.other.touch(backwards, INTERVAL)])
        for (const { id } of [records[0], records[250], records[499]].filter((record) => record !== undefined)) {
          assert.equal(await lastUse(id), round * 1_000)
        }
      }
    })

    test('a use changes nothing else, also when the key is revoked meanwhile', async () => {
      for (let round = 0; round < 20; round++) {
        const record = keyRecord({ label: 'kept', scopes: ['a'] })
        await opened.store.insert(record)
        await Promise.all([
          opened.store.touch([{ id: record.id, usedAt: 42 }], INTERVAL),
          opened.current.other.revoke(record.id, 43),
        ])
        assert.deepEqual({ ...(await opened.store.findById(record.id)) }, { ...record, lastUsedAt: 42, revokedAt: 43 })
      }
    })
  })
}
