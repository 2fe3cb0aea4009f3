import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyListing } from '../../../lib/keys/api-keys.ts'
import { memoryKeyStore } from '../../../lib/store/memory.ts'
import { apiKeysFixture } from '../../support/api-keys-fixture.ts'
import { keyRecord, keyRecords } from '../../support/key-record.ts'

test('pages follow each other by cursor; the last has none', async () => {
  const records = keyRecords(250)
  const { keys } = apiKeysFixture({ store: memoryKeyStore(records) })
  const ids: string[] = []
  let cursor: string | undefined
  const lengths: number[] = []
  do {
    const page = await keys.list({ cursor })
    lengths.push(page.records.length)
    ids.push(...page.records.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== undefined)
  assert.deepEqual(lengths, [100, 100, 50])
  assert.deepEqual(
    ids,
    records.map(({ id }) => id),
  )
})

test('a page that ends with the last key is the last page', async () => {
  const { keys } = apiKeysFixture({ store: memoryKeyStore(keyRecords(10)) })
  assert.equal((await keys.list({ limit: 10 })).next, undefined)
  assert.notEqual((await keys.list({ limit: 9 })).next, undefined)
})

test('a page has at most 1,000 keys', async () => {
  const { keys } = apiKeysFixture({ store: memoryKeyStore(keyRecords(1_100)) })
  assert.equal((await keys.list({ limit: 100_000 })).records.length, 1_000)
})

test('a limit that is none is refused', async () => {
  const { keys } = apiKeysFixture()
  for (const limit of [0, -1, Number.NaN, 0.5]) await assert.rejects(keys.list({ limit }), TypeError)
})

test('keys that are unused, that expire soon and that ended are told apart by the clock', async () => {
  const unused = keyRecord({ createdAt: 1_764_000_000 - 90 * 86_400 })
  const used = keyRecord({ createdAt: 1_764_000_000 - 90 * 86_400, lastUsedAt: 1_764_000_000 - 60 })
  const soon = keyRecord({ expiresAt: 1_764_000_000 + 3 * 86_400 })
  const revoked = keyRecord({ revokedAt: 5, owner: 'other' })
  const { keys } = apiKeysFixture({ store: memoryKeyStore([unused, used, soon, revoked]) })
  const ids = async (listing: KeyListing) => (await keys.list(listing)).records.map(({ id }) => id)
  assert.deepEqual(await ids({ unusedForSeconds: 30 * 86_400 }), [unused.id])
  assert.deepEqual(await ids({ expiringWithinSeconds: 7 * 86_400 }), [soon.id])
  assert.deepEqual(await ids({ expiringWithinSeconds: 86_400 }), [])
  assert.deepEqual(await ids({ activeOnly: true }), [unused.id, used.id, soon.id])
  assert.deepEqual(await ids({ owner: 'other' }), [revoked.id])
})
