import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fullKeyRecord, keyRecord } from '../support/key-record.ts'
import type { MakeKeyStore } from './key-store.ts'
import { openedKeyStore } from './opened-key-store.ts'

const UNKNOWN = 'f'.repeat(64)

export function keyStoreLookUp(make: MakeKeyStore): void {
  describe('look-up', () => {
    const opened = openedKeyStore(make)

    test('a key comes back as it went in: every field, times to the last bit, labels in any script', async () => {
      const record = fullKeyRecord()
      await opened.store.insert(record)
      assert.deepEqual({ ...(await opened.store.findById(record.id)) }, record)
      assert.deepEqual({ ...(await opened.store.findByHash([record.hash])) }, record)
    })

    test('what a key does not have is absent, not null and not undefined', async () => {
      const record = keyRecord()
      await opened.store.insert(record)
      const found = await opened.store.findByHash([record.hash])
      assert.deepEqual(Object.keys(found ?? {}).sort(), Object.keys(record).sort())
    })

    test('one of several hashes finds the key, wherever it stands in the list', async () => {
      const record = keyRecord()
      await opened.store.insert(record)
      for (const hashes of [
        [record.hash, UNKNOWN],
        [UNKNOWN, record.hash],
        [UNKNOWN, 'e'.repeat(64), record.hash],
      ]) {
        assert.equal((await opened.store.findByHash(hashes))?.id, record.id)
      }
    })

    test('what is not there is undefined', async () => {
      assert.equal(await opened.store.findByHash([UNKNOWN]), undefined)
      assert.equal(await opened.store.findByHash([UNKNOWN, 'e'.repeat(64)]), undefined)
      assert.equal(await opened.store.findByHash([]), undefined)
      assert.equal(await opened.store.findById('key_unknown'), undefined)
    })

    test('an odd id is an unknown id, not a failure', async () => {
      const odd = [
        '',
        '\0',
        'key_\0',
        "' OR 1=1 --",
        '__proto__',
        'constructor',
        '*',
        '💥',
        'x'.repeat(10_000),
        '\ud800',
      ]
      for (const id of odd) {
        assert.equal(await opened.store.findById(id), undefined, JSON.stringify(id.slice(0, 20)))
        assert.equal(await opened.store.revoke(id, 1), undefined)
        assert.equal(await opened.store.update(id, { label: 'x' }), undefined)
        assert.equal(await opened.store.replace(id, keyRecord(), 1), undefined)
      }
    })

    test('what was handed out, or handed in, cannot be used to change what is stored', async () => {
      const scopes = ['orders:read']
      const record = keyRecord({ scopes })
      await opened.store.insert(record)
      scopes.push('admin')
      const found = await opened.store.findByHash([record.hash])
      assert.ok(found)
      assert.throws(() => (found.scopes as string[]).push('admin'), TypeError)
      assert.throws(() => Object.assign(found, { owner: 'mallory' }), TypeError)
      const again = await opened.store.findByHash([record.hash])
      assert.deepEqual(again?.scopes, ['orders:read'])
      assert.equal(again?.owner, 'acme')
    })
  })
}
