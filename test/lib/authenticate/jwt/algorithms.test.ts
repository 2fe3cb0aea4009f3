import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { suite, test } from 'node:test'
import {
  algorithmsOf,
  isJwsAlgorithm,
  JWS_ALGORITHMS,
  SHARED_SECRET_ALGORITHM,
} from '../../../../lib/authenticate/jwt/algorithms.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const publicKeyOf = (pair: { readonly privateKey: KeyObject }) => createPublicKey(pair.privateKey)

test('none is no algorithm, and HMAC only as HS256, which stands apart from public keys', () => {
  assert.ok(isJwsAlgorithm(SHARED_SECRET_ALGORITHM))
  assert.ok(!(JWS_ALGORITHMS as readonly string[]).includes(SHARED_SECRET_ALGORITHM))
  for (const name of ['none', 'hs256', 'HS384', 'HS512', 'dir', 'RSA1_5', 'ES256K', 'constructor', 1, undefined]) {
    assert.ok(!isJwsAlgorithm(name), String(name))
  }
  for (const name of JWS_ALGORITHMS) assert.ok(isJwsAlgorithm(name))
})

suite('a key is for the algorithms of its kind', () => {
  const expected = {
    RS256: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ES256: ['ES256'],
    ES384: ['ES384'],
    ES512: ['ES512'],
    EdDSA: ['EdDSA', 'Ed25519'],
  } as const
  for (const algorithm of ['RS256', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const) {
    test(algorithm, () => {
      const { privateKey } = createSigningKey(algorithm)
      assert.deepEqual(algorithmsOf(publicKeyOf({ privateKey })), expected[algorithm])
    })
  }
})

suite('a key that is too weak, or of another kind, is for none', () => {
  const weak: Readonly<Record<string, () => { readonly privateKey: KeyObject }>> = {
    'RSA with 1024 bits': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
    'RSA with the exponent 3': () => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }),
    secp256k1: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    Ed448: () => generateKeyPairSync('ed448'),
    X25519: () => generateKeyPairSync('x25519'),
    DSA: () => generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 224 }),
  }
  for (const [name, generate] of Object.entries(weak)) {
    test(name, () => assert.deepEqual(algorithmsOf(publicKeyOf(generate())), []))
  }
})

test('a secret is for no algorithm of public keys', () => {
  assert.deepEqual(algorithmsOf(createSigningKey('HS256').privateKey), [])
})
