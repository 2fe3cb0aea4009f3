import assert from 'node:assert/strict'
import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { isSignedBy, keyProblem, nobodysKey } from '../../../../lib/authenticate/http-signature/algorithms.ts'
import { SIGNATURE_ALGORITHMS } from '../../../../lib/signature-key.ts'
import { signBase } from '../../../support/message-signature.ts'

const BASE = 'what was signed'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const secret = createSecretKey(Buffer.alloc(32))
const PAIRS = {
  ed25519: generateKeyPairSync('ed25519'),
  'ecdsa-p256-sha256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'rsa-pss-sha512': rsa,
  'rsa-v1_5-sha256': rsa,
  'hmac-sha256': { publicKey: secret, privateKey: secret },
}

for (const algorithm of SIGNATURE_ALGORITHMS) {
  test(`${algorithm} verifies what its key has signed, and nothing else`, () => {
    const { publicKey, privateKey } = PAIRS[algorithm]
    const signature = signBase({ algorithm, key: privateKey }, BASE)
    const verifies = (keys: readonly KeyObject[], base: string, bytes: Uint8Array = signature) =>
      isSignedBy(algorithm, keys, Buffer.from(base), bytes)
    assert.equal(verifies([publicKey], BASE), true)
    assert.equal(verifies([nobodysKey(algorithm), publicKey], BASE), true)
    assert.equal(verifies([publicKey, nobodysKey(algorithm)], BASE), true)
    assert.equal(verifies([publicKey], `${BASE}.`), false)
    assert.equal(verifies([nobodysKey(algorithm)], BASE), false)
    assert.equal(verifies([], BASE), false)
    assert.equal(verifies([publicKey], BASE, signature.subarray(1)), false)
    assert.equal(verifies([publicKey], BASE, Buffer.concat([signature, Buffer.of(0)])), false)
  })

  test(`${algorithm} takes keys of its kind alone, and nobody's key is one`, () => {
    assert.equal(keyProblem(algorithm, PAIRS[algorithm].publicKey), undefined)
    assert.equal(keyProblem(algorithm, nobodysKey(algorithm)), undefined)
    for (const other of SIGNATURE_ALGORITHMS) {
      if (PAIRS[other] === PAIRS[algorithm]) continue
      assert.match(keyProblem(algorithm, PAIRS[other].publicKey) ?? '', /^must be/, other)
    }
    if (algorithm !== 'hmac-sha256') assert.match(keyProblem(algorithm, PAIRS[algorithm].privateKey) ?? '', /public/)
  })
}

test('weak keys are none', () => {
  assert.match(keyProblem('hmac-sha256', createSecretKey(Buffer.alloc(31))) ?? '', /32 bytes/)
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
  assert.match(keyProblem('rsa-pss-sha512', short) ?? '', /2048/)
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
  assert.match(keyProblem('ecdsa-p256-sha256', curve) ?? '', /P-256/)
})

test('a key for another hash would fail with every signature: it is none', () => {
  const pss = (hash: string) => {
    const options = { modulusLength: 2048, hashAlgorithm: hash, mgf1HashAlgorithm: hash }
    return generateKeyPairSync('rsa-pss', options).publicKey
  }
  assert.match(keyProblem('rsa-pss-sha512', pss('sha256')) ?? '', /SHA-512/)
  assert.equal(keyProblem('rsa-pss-sha512', pss('sha512')), undefined)
  assert.equal(isSignedBy('rsa-pss-sha512', [pss('sha512')], Buffer.from(BASE), Buffer.alloc(256, 1)), false)
  assert.equal(
    keyProblem('rsa-pss-sha512', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey),
    undefined,
  )
})
