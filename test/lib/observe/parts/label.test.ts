import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cappedLabel, knownLabel } from '../../../../lib/observe/parts/label.ts'

test('what is known stays, what is not is other, what is absent is none', () => {
  const label = knownLabel(['jwt'])
  assert.deepEqual(['jwt', 'JWT', '', undefined].map(label), ['jwt', 'other', 'other', 'none'])
})

test('the first that come stay, also when others have come since', () => {
  const label = cappedLabel(2)
  assert.deepEqual(['a', undefined, 'b', 'c', 'a', 'd', 'b'].map(label), ['a', 'none', 'b', 'other', 'a', 'other', 'b'])
})
