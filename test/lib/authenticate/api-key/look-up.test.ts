import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookUp } from '../../../../lib/authenticate/api-key/look-up.ts'
import { apiKeySettings } from '../../../../lib/authenticate/api-key/options.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import type { KeyStore } from '../../../../lib/store/key-store.ts'
import { keyRecord } from '../../../support/key-record.ts'
import { untyped } from '../../../support/refused-option.ts'

const record = keyRecord()

function ask(findByHash: (hashes: readonly string[]) => unknown) {
  const keys = untyped<Pick<KeyStore, 'findByHash'>>({ findByHash })
  return lookUp(apiKeySettings({ keys, environments: ['live'] }), [record.hash])
}

test('an answer is taken at once, or when it comes', async () => {
  assert.equal(
    ask(() => record),
    record,
  )
  assert.equal(
    ask(() => undefined),
    undefined,
  )
  assert.equal(await ask(async () => record), record)
  // biome-ignore lint/suspicious/noThenProperty: not every library's promises are this realm's
  assert.equal(await ask(() => ({ then: (resolve: (value: unknown) => void) => resolve(record) })), record)
})

test('a failure, and an answer to another question, is a failed store', async () => {
  for (const answer of [null, {}, 'x', 1, { ...record, hash: 'f'.repeat(64) }, { ...record, scopes: 'all' }]) {
    assert.throws(() => ask(() => answer), DependencyError)
    await assert.rejects(async () => ask(async () => answer), DependencyError)
  }
  const down = () => {
    throw undefined
  }
  assert.throws(() => ask(down), DependencyError)
  await assert.rejects(async () => ask(() => Promise.reject(new Error('down'))), DependencyError)
})
