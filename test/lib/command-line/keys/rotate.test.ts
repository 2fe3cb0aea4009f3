import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashApiKey } from '../../../../lib/api-key.ts'
import { rotate } from '../../../../lib/command-line/keys/rotate.ts'
import { memoryKeyStore } from '../../../../lib/store/memory.ts'
import { commandLine, NOW } from '../../../support/command-line.ts'
import { keyRecord } from '../../../support/key-record.ts'

const WEEK = 7 * 86_400

test('a new key takes the place of the old one, which works on', async () => {
  const old = keyRecord({ scopes: ['orders:read'], label: 'L' })
  const { keys, store } = commandLine({ records: [old] })
  const { code, stdout, stderr } = await keys(rotate.name, old.id, '--grace', '7d', '--json')
  const { key, replaced, ...made } = JSON.parse(stdout)
  assert.equal(code, 0)
  assert.deepEqual(
    [made.scopes, made.label, made.status, replaced.status, replaced.replacedBy, replaced.graceUntil],
    [['orders:read'], 'L', 'active', 'replaced', made.id, NOW + WEEK],
  )
  assert.equal((await store.findByHash([hashApiKey(key)]))?.id, made.id)
  assert.match(stderr, new RegExp(`^${old.id} works until 2025-12-01T16:00:00Z`))
})

test('without grace the old key ends at once', async () => {
  const old = keyRecord()
  const { keys } = commandLine({ records: [old] })
  const { stdout, stderr } = await keys('rotate', old.id, '--grace', '0', '-q', '--prefix', 'pk')
  assert.match(stdout, /^pk_live_\w{38}\n$/)
  assert.match(stderr, /works no more/)
})

test('a key that expires soon gets a new expiry on the way', async () => {
  const old = keyRecord({ expiresAt: NOW + 60 })
  const { keys } = commandLine({ records: [old] })
  const { stdout } = await keys('rotate', old.id, '--grace', '7d', '--expires', '1y', '--json')
  assert.equal(JSON.parse(stdout).expiresAt, NOW + 365 * 86_400)
})

test('the new key is shown even if the store fails before its expiry is set', async () => {
  const old = keyRecord({ expiresAt: NOW + 60 })
  const store = {
    ...memoryKeyStore([old]),
    update: () => {
      throw new Error('down')
    },
  }
  const { code, stdout, stderr } = await commandLine({ store }).keys(
    'rotate',
    old.id,
    '--grace=1d',
    '--expires=1y',
    '-q',
  )
  assert.equal(code, 0)
  assert.match(stdout, /^sk_live_/)
  assert.match(stderr, /has the expiry of the old one/)
})

test('what cannot be rotated is refused with its reason', async () => {
  const revoked = keyRecord({ revokedAt: 1 })
  const replaced = keyRecord({ replacedBy: 'key_2', graceUntil: NOW + 1 })
  const expired = keyRecord({ expiresAt: NOW })
  const { keys } = commandLine({ records: [revoked, replaced, expired] })
  const runs = []
  for (const id of [revoked.id, replaced.id, expired.id, 'key_9']) runs.push(await keys('rotate', id, '--grace', '1d'))
  assert.deepEqual(
    runs.map(({ code }) => code),
    [4, 4, 4, 3],
  )
  const reasons = [/is revoked/, /rotated already; rotate key_2/, /has expired/, /no key key_9/]
  for (const [index, reason] of reasons.entries()) assert.match(runs[index]?.stderr ?? '', reason)
})

test('the grace must be said, and be a time up to a year', async () => {
  const { keys } = commandLine()
  for (const args of [[], ['--grace', '2y'], ['--grace', 'week'], ['--grace', '7']]) {
    assert.equal((await keys('rotate', 'key_1', ...args)).code, 2)
  }
})
