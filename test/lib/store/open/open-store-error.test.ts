import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpenStoreError } from '../../../../lib/store/open/open-store-error.ts'

test('the error keeps its cause and has its name', () => {
  const cause = new Error('why')
  const error = new OpenStoreError('what', { cause })
  assert.deepEqual([error.name, error.message, error.cause], ['OpenStoreError', 'what', cause])
})
