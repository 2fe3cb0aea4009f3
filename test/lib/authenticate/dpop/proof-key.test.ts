import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { ProofKeys, readProofKey } from '../../../../lib/authenticate/dpop/proof-key.ts'
import type { JwsAlgorithm } from '../../../../lib/authenticate/jwt/algorithms.ts'
import { publicJwk } from '../../../support/dpop-proof.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const key = createSigningKey('ES256')
const good = publicJwk(key)

function thumbprint(jwk: unknown, algorithm: JwsAlgorithm = 'ES256'): string {
  const read = readProofKey(jwk, algorithm)
  return typeof read === 'string' ? assert.fail(read) : read.thumbprint
}

suite('the thumbprint of a key', () => {
  test('is that of the example of RFC 7638', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
    const jwk = { kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' }
    assert.equal(thumbprint(jwk, 'RS256'), 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  })

  test('is that of the example of RFC 8037', () => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
    assert.equal(thumbprint(jwk, 'EdDSA'), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })

  for (const algorithm of ['ES256', 'ES384', 'ES512', 'RS256', 'Ed25519'] as const) {
    test(`is what jose says, whatever the order and what else is there: ${algorithm}`, async () => {
      const jwk = publicJwk(createSigningKey(algorithm))
      const turned = Object.fromEntries([...Object.entries(jwk), ['kid', 'k'], ['x5c', ['MII']]].reverse())
      assert.equal(thumbprint(turned, algorithm), await calculateJwkThumbprint(jwk as JWK))
    })
  }
})

suite('a key that is refused', () => {
  const { privateKey } = key
  const refused: Readonly<Record<string, readonly [unknown, string]>> = {
    'is not there': [undefined, 'no jwk'],
    'is null': [null, 'no jwk'],
    'is a list': [[good], 'no jwk'],
    'is text': [JSON.stringify(good), 'no jwk'],
    'is private': [privateKey.export({ format: 'jwk' }), 'private key'],
    'has a d of null': [{ ...good, d: null }, 'private key'],
    'is private, of RSA, by its primes': [{ ...publicJwk(createSigningKey('RS256')), p: 'AQ', q: 'AQ' }, 'private key'],
    'is symmetric': [{ kty: 'oct', k: 'c2VjcmV0' }, 'private key'],
    'is symmetric, without its secret': [{ kty: 'oct' }, 'kind of key'],
    'has no kty': [{ ...good, kty: undefined }, 'kind of key'],
    'has a kty of the prototype': [{ ...good, kty: 'constructor' }, 'kind of key'],
    'has a list for kty': [{ ...good, kty: ['EC'] }, 'kind of key'],
    'has no y': [{ ...good, y: undefined }, 'jwk'],
    'has a number for x': [{ ...good, x: 1 }, 'jwk'],
    'has padding': [{ ...good, x: `${good.x}=` }, 'jwk'],
    'has a quote in its curve': [{ ...good, crv: 'P-256","kty":"EC' }, 'jwk'],
    'is for another algorithm': [{ ...good, alg: 'ES384' }, 'key for something else'],
    'is for encryption': [{ ...good, use: 'enc' }, 'key for something else'],
    'is for signing': [{ ...good, key_ops: ['sign'] }, 'key for something else'],
    'has text for key_ops': [{ ...good, key_ops: 'verify' }, 'key for something else'],
  }
  for (const [name, [jwk, reason]] of Object.entries(refused)) {
    test(name, () => assert.equal(readProofKey(jwk, 'ES256'), reason))
  }
})

suite('keys are prepared', () => {
  const find = (jwk: unknown, algorithm: JwsAlgorithm, keys = new ProofKeys()) => {
    const read = readProofKey(jwk, algorithm)
    return typeof read === 'string' ? assert.fail(read) : keys.find(read, algorithm)
  }

  test('once', () => {
    const keys = new ProofKeys()
    assert.ok(find(good, 'ES256', keys))
    assert.equal(find(good, 'ES256', keys), find({ ...good, kid: 'other' }, 'ES256', keys))
  })

  test('for their own algorithms only, also when they are known', () => {
    const keys = new ProofKeys()
    const rsa = publicJwk(createSigningKey('RS256'))
    assert.ok(find(good, 'ES256', keys))
    for (const algorithm of ['ES384', 'RS256', 'EdDSA', 'HS256'] as const) {
      assert.equal(find(good, algorithm, keys), undefined, algorithm)
    }
    assert.ok(find(rsa, 'PS512', keys))
    assert.equal(find(rsa, 'ES256', keys), undefined)
  })

  test('unless they are weak, of a kind that is not accepted, or none', () => {
    const jwkOf = (pair: { readonly publicKey: { export(options: { format: 'jwk' }): unknown } }) =>
      pair.publicKey.export({ format: 'jwk' })
    assert.equal(find(jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 })), 'RS256'), undefined)
    assert.equal(
      find(jwkOf(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })), 'RS256'),
      undefined,
    )
    assert.equal(find(jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })), 'ES256'), undefined)
    assert.equal(find(jwkOf(generateKeyPairSync('x25519')), 'EdDSA'), undefined)
    assert.equal(find(jwkOf(generateKeyPairSync('ed448')), 'EdDSA'), undefined)
    assert.equal(find({ ...good, x: good.y ?? '' }, 'ES256'), undefined, 'not on the curve')
    assert.equal(find({ ...good, crv: 'P-384' }, 'ES384'), undefined)
    assert.equal(find({ ...good, crv: 'P-1' }, 'ES256'), undefined)
  })
})
