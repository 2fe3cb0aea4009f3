import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DuplicateKeyError } from '../../lib/store/key-store.ts'
import { keyRecord } from '../support/key-record.ts'
import type { MakeKeyStore } from './key-store.ts'
import { openedKeyStore } from './opened-key-store.ts'

export function keyStoreReplacement(make: MakeKeyStore): void {
  describe('replacement', () => {
    const opened = openedKeyStore(make)

    test("a successor takes a key's place in one step", async () => {
      const [old, successor] = [keyRecord(), keyRecord()]
      await opened.store.insert(old)
      await opened.store.findByHash([old.hash, successor.hash])
      const replaced = await opened.store.replace(old.id, successor, 1_764_000_060.5)
      assert.deepEqual({ ...replaced }, { ...old, replacedBy: successor.id, graceUntil: 1_764_000_060.5 })
      assert.deepEqual({ ...(await opened.store.findByHash([old.hash])) }, { ...replaced })
      assert.deepEqual({ ...(await opened.store.findByHash([successor.hash])) }, successor)
    })

    test('a key that is revoked, replaced already or unknown has no successor', async () => {
      const [revoked, replaced] = [keyRecord(), keyRecord()]
      await opened.store.insert(revoked)
      await opened.store.insert(replaced)
      await opened.store.revoke(revoked.id, 1)
      await opened.store.replace(replaced.id, keyRecord(), 1)
      for (const id of [revoked.id, replaced.id, 'key_unknown']) {
        const successor = keyRecord()
        assert.equal(await opened.store.replace(id, successor, 1), undefined)
        assert.equal(await opened.store.findById(successor.id), undefined)
        assert.equal(await opened.store.findByHash([successor.hash]), undefined)
      }
    })

    test('a successor that is there already changes nothing', async () => {
      const [old, taken] = [keyRecord(), keyRecord()]
      await opened.store.insert(old)
      await opened.store.insert(taken)
      for (const successor of [
        { ...keyRecord(), id: taken.id },
        { ...keyRecord(), hash: taken.hash },
      ]) {
        await assert.rejects(async () => opened.store.replace(old.id, successor, 1), DuplicateKeyError)
        assert.deepEqual({ ...(await opened.store.findById(old.id)) }, old)
        assert.deepEqual({ ...(await opened.store.findById(taken.id)) }, taken)
      }
    })

    test('of two that replace a key at once, one succeeds; the other leaves nothing behind', async () => {
      for (let round = 0; round < 50; round++) {
        const [old, one, two] = [keyRecord(), keyRecord(), keyRecord()]
        await opened.store.insert(old)
        const answers = await Promise.all([
          opened.store.replace(old.id, one, 1),
          opened.current.other.replace(old.id, two, 2),
        ])
        const winner = answers[0] ? one : two
        const loser = answers[0] ? two : one
        assert.equal(answers.filter((answer) => answer !== undefined).length, 1)
        assert.equal((await opened.store.findById(old.id))?.replacedBy, winner.id)
        assert.ok(await opened.store.findByHash([winner.hash]))
        assert.equal(await opened.current.other.findByHash([loser.hash]), undefined)
        assert.equal(await opened.current.other.findById(loser.id), undefined)
      }
    })

    test('a key that is revoked while it is replaced ends revoked, with a successor or without', async () => {
      for (let round = 0; round < 50; round++) {
        const [old, successor] = [keyRecord(), keyRecord()]
        await opened.store.insert(old)
        const replace = () => opened.store.replace(old.id, successor, 9)
        const revoke = () => opened.current.other.revoke(old.id, 7)
        // Either may be asked first.
        const answers = round % 2 === 0 ? [replace(), revoke()] : [revoke(), replace()]
        const [first, second] = await Promise.all(answers)
        const replaced = round % 2 === 0 ? first : second
        const end = await opened.store.findById(old.id)
        assert.equal(end?.revokedAt, 7)
        assert.equal(end?.replacedBy, replaced ? successor.id : undefined)
        assert.equal((await opened.store.findById(successor.id)) !== undefined, replaced !== undefined)
      }
    })
  })
}
