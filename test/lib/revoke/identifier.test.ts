import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isIdentifier } from '../../../lib/revoke/identifier.ts'

test('a text that can name something is an identifier', () => {
  for (const value of ['a', 'auth0|5f7c', 'dMTlD|1600802906337.16|16008.16', 'ü', 'x'.repeat(1024)]) {
    assert.equal(isIdentifier(value), true, String(value))
  }
})

test('nothing else is', () => {
  for (const value of [
    '',
    'x'.repeat(1025),
    'a\u0000',
    'a\nb',
    '\ud800',
    1,
    null,
    undefined,
    ['a'],
    { toString: () => 'a' },
  ]) {
    assert.equal(isIdentifier(value), false, JSON.stringify(value))
  }
})
