import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHeaderValue, MAX_VALUE_LENGTH } from '../../lib/header-value.ts'

test('a value is printable ASCII that no parser trims', () => {
  for (const value of ['a', 'a b', '!~', 'x'.repeat(MAX_VALUE_LENGTH)]) assert.ok(isHeaderValue(value), value)
  const bad = ['', ' a', 'a ', '\ta', 'a\r\nb', 'a\0', 'a\x7f', '\u00e9', '\u4f60', 'x'.repeat(MAX_VALUE_LENGTH + 1)]
  for (const value of [...bad, 1, null, undefined, ['a'], { toString: () => 'a' }]) {
    assert.ok(!isHeaderValue(value), JSON.stringify(value))
  }
})
