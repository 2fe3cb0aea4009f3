import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpenKeyStoreError } from '../../../../lib/store/open/open-key-store-error.ts'

test('the error keeps its cause and has its name', () => {
  const cause = new Error('why')
  const error = new OpenKeyStoreError('what', { cause })
  assert.deepEqual([error.name, error.message, error.cause], ['OpenKeyStoreError', 'what', cause])
})
