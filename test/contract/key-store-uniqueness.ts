import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DuplicateKeyError } from '../../lib/store/key-store.ts'
import { keyRecord } from '../support/key-record.ts'
import type { MakeKeyStore } from './key-store.ts'
import { openedKeyStore } from './opened-key-store.ts'

export function keyStoreUniqueness(make: MakeKeyStore): void {
  describe('uniqueness', () => {
    const opened = openedKeyStore(make)

    test('an id is there once; what was refused leaves nothing behind', async () => {
      const record = keyRecord()
      const twin = { ...keyRecord(), id: record.id, owner: 'mallory' }
      await opened.store.insert(record)
      await assert.rejects(async () => opened.store.insert(twin), DuplicateKeyError)
      assert.equal((await opened.store.findById(record.id))?.owner, 'acme')
      assert.equal(await opened.store.findByHash([twin.hash]), undefined)
      await opened.store.insert({ ...keyRecord(), hash: twin.hash })
    })

    test('a hash is there once; what was refused leaves nothing behind', async () => {
      const record = keyRecord()
      const twin = { ...keyRecord(), hash: record.hash, owner: 'mallory' }
      await opened.store.insert(record)
      await assert.rejects(async () => opened.store.insert(twin), DuplicateKeyError)
      assert.equal((await opened.store.findByHash([record.hash]))?.id, record.id)
      assert.equal(await opened.store.findById(twin.id), undefined)
    })

    test('of many that insert one hash at once, one succeeds', async () => {
      for (let round = 0; round < 10; round++) {
        const { hash } = keyRecord()
        const attempts = Array.from({ length: 8 }, async (_, index) => {
          const store = index % 2 === 0 ? opened.store : opened.current.other
          await store.insert({ ...keyRecord(), hash })
        })
        const outcomes = await Promise.allSettled(attempts)
        assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof DuplicateKeyError, outcome.reason)
        }
      }
    })

    test('a key that is known to be unknown is found as soon as it is there', async () => {
      const record = keyRecord()
      assert.equal(await opened.store.findByHash([record.hash]), undefined)
      await opened.store.insert(record)
      assert.equal((await opened.store.findByHash([record.hash]))?.id, record.id)
    })
  })
}
