import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { importKeys, nameOf, signatureEntries } from '../../../../lib/authenticate/jwt/verification-keys.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const good = createSigningKey('ES256', 'good').jwk
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })

const UNUSABLE: Readonly<Record<string, unknown>> = {
  'a key for encryption': { ...good, kid: 'bad', use: 'enc' },
  'a key that may not verify': { ...good, kid: 'bad', key_ops: ['sign'] },
  'key_ops that are no list': { ...good, kid: 'bad', key_ops: 'verify' },
  'a private key': { ...createSigningKey().privateKey.export({ format: 'jwk' }), kid: 'bad' },
  'a symmetric key': { kty: 'oct', k: 'c2VjcmV0', kid: 'bad' },
  'a weak key': { ...weak, kid: 'bad' },
  'a key for an algorithm of another kind': { ...good, kid: 'bad', alg: 'RS256' },
  'a key for HMAC': { ...good, kid: 'bad', alg: 'HS256' },
  'a key of an unknown kind': { kty: 'PQC', kid: 'bad' },
  'a point that is not on the curve': { ...good, kid: 'bad', x: good.y, y: good.x },
  'a kid that is no string': { ...good, kid: 1 },
  'an empty kid': { ...good, kid: '' },
  'an alg that is no string': { ...good, kid: 'bad', alg: 1 },
  null: null,
  'a text': 'key',
  'a list': [good],
}

suite('what cannot verify is left out, named, and spoils nothing', () => {
  for (const [name, entry] of Object.entries(UNUSABLE)) {
    test(name, () => {
      const { keys, ignored } = importKeys({ keys: [entry, good] })
      assert.deepEqual(
        keys.map((key) => key.keyId),
        ['good'],
      )
      assert.equal(ignored.length, 1)
    })
  }
})

test('a key is pinned to its alg; without one it is for all of its kind', () => {
  const { alg: _alg, ...without } = createSigningKey('RS256', 'rsa').jwk
  assert.deepEqual(importKeys({ keys: [{ ...without, alg: 'PS256' }] }).keys[0]?.algorithms, ['PS256'])
  assert.equal(importKeys({ keys: [without] }).keys[0]?.algorithms.length, 6)
})

test('two keys under one kid and algorithm are ambiguous: neither counts', () => {
  const { keys, ignored } = importKeys({ keys: [good, { ...createSigningKey('ES256', 'good').jwk }] })
  assert.deepEqual(keys, [])
  assert.match(ignored.join(), /"good" is there twice/)
})

test('two keys under one kid are told apart by their algorithms', () => {
  const { keys } = importKeys({ keys: [good, createSigningKey('ES384', 'good').jwk] })
  assert.equal(keys.length, 2)
})

test("a key's id is of the key itself, not of its kid", () => {
  const [key] = importKeys({ keys: [good] }).keys
  const [renamed] = importKeys({ keys: [{ ...good, kid: 'other' }] }).keys
  const [successor] = importKeys({ keys: [createSigningKey('ES256', 'good').jwk] }).keys
  assert.equal(key?.id, renamed?.id)
  assert.notEqual(key?.id, successor?.id)
})

test('what is no JWK Set is refused', () => {
  for (const document of [undefined, null, 'keys', [], {}, { keys: {} }, { keys: null }]) {
    assert.throws(() => signatureEntries(document), TypeError)
  }
})

test('a key is named in warnings by a bounded, quoted kid', () => {
  assert.equal(nameOf({ kid: 'a"\n' }), 'key "a\\"\\n"')
  assert.equal(nameOf({ kid: 'k'.repeat(100) }), `key "${'k'.repeat(64)}"`)
  assert.equal(nameOf({}), 'a key without kid')
})
