import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashApiKey } from '../../../../../lib/api-key.ts'
import { importLine } from '../../../../../lib/command-line/keys/import/import-line.ts'
import { apiKeys } from '../../../../../lib/keys/api-keys.ts'
import { memoryKeyStore } from '../../../../../lib/store/memory.ts'
import { NOW } from '../../../../support/command-line.ts'

const HASH = hashApiKey('x')

function taking(defaults = {}) {
  const store = memoryKeyStore()
  const now = () => NOW
  return {
    store,
    taking: { keys: apiKeys({ store, now }), peppers: [], prefix: 'sk', defaults, actor: 'cli:alice', now },
  }
}

test('what a line leaves empty, the options say', async () => {
  const { store, taking: take } = taking({ owner: 'acme', environment: 'live', tier: 'gold', label: 'default' })
  const values = { hash: HASH, label: 'own', tier: '', userId: null }
  assert.equal(await importLine({ line: 1, values }, take), undefined)
  const { owner, label, tier, userId } = (await store.findByHash([HASH])) ?? {}
  assert.deepEqual([owner, label, tier, userId], ['acme', 'own', 'gold', undefined])
})

test('why a line was refused', async () => {
  const { taking: take } = taking({ environment: 'live' })
  assert.deepEqual(await importLine({ line: 3, detail: 'no JSON' }, take), {
    line: 3,
    problem: 'invalid',
    detail: 'no JSON',
  })
  assert.match((await importLine({ line: 4, values: { hash: HASH } }, take))?.detail ?? '', /"owner" is missing/)
  assert.equal(
    (await importLine({ line: 5, values: { hash: HASH, owner: 'a', expiresAt: NOW } }, take))?.problem,
    'expired',
  )
})
