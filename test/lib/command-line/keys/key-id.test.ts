import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey } from '../../../../lib/api-key.ts'
import { assertIds, noSuchKey } from '../../../../lib/command-line/keys/key-id.ts'

test('a key in the place of an id is refused, even with the prefix "key"', () => {
  for (const prefix of ['sk', 'key']) {
    const key = generateApiKey(prefix, 'live')
    assert.throws(
      () => assertIds(['key_1', key]),
      (error: Error) => {
        return /that is a key/.test(error.message) && !error.message.includes(key)
      },
    )
  }
  assert.doesNotThrow(() => assertIds(['key_1', 'key_0b9c9e0e-6f5f-4f0e-9d3b-0f6a4c1d2e3f']))
})

test('only what can be nothing else than an id is repeated', () => {
  assert.match(noSuchKey('key_1').message, /no key key_1;/)
  assert.match(noSuchKey('hunter2').message, /no key with this id;/)
  assert.equal(noSuchKey('key_1').exitCode, 3)
})
