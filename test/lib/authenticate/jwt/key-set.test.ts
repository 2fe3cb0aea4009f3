import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyIndex } from '../../../../lib/authenticate/jwt/key-set.ts'
import { importKeys } from '../../../../lib/authenticate/jwt/verification-keys.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const first = createSigningKey('ES256', 'first').jwk
const second = createSigningKey('RS256', 'second').jwk
const indexOf = (...keys: object[]) => new KeyIndex(importKeys({ keys }).keys)

test('a key is found by its kid and its algorithm', () => {
  const index = indexOf(first, second)
  assert.equal(index.find('first', 'ES256')?.keyId, 'first')
  assert.equal(index.find('second', 'RS256')?.keyId, 'second')
  assert.equal(index.find('second', 'PS256'), undefined)
  assert.equal(index.find('first', 'RS256'), undefined)
  assert.equal(index.find('third', 'ES256'), undefined)
  assert.equal(index.find('__proto__', 'ES256'), undefined)
})

test('without a kid the only key is found, and none of several', () => {
  assert.equal(indexOf(first).find(undefined, 'ES256')?.keyId, 'first')
  assert.equal(indexOf(first).find(undefined, 'RS256'), undefined)
  assert.equal(indexOf(first, second).find(undefined, 'ES256'), undefined)
})

test('it holds the keys it was made of, by their thumbprint', () => {
  const index = indexOf(first)
  assert.ok(index.holds(index.find('first', 'ES256')?.id ?? ''))
  assert.ok(!index.holds('first'))
  assert.ok(!index.holds(''))
})
