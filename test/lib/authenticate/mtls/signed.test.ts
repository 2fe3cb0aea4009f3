import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { readDer } from '../../../../lib/authenticate/mtls/der.ts'
import {
  isSignedBy,
  isStrongKey,
  readSigned,
  readSignedDer,
  sameAlgorithm,
} from '../../../../lib/authenticate/mtls/signed.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { derOfPem, openssl, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

const EC = ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']

suite('signatures of openssl', { skip: skipWithoutOpenssl }, async () => {
  for (const [name, key, digest] of [
    ['RSA with SHA-256', ['rsa:2048'], 'sha256'],
    ['RSA with SHA-384', ['rsa:2048'], 'sha384'],
    ['RSA with SHA-512', ['rsa:2048'], 'sha512'],
    ['ECDSA with SHA-256', EC, 'sha256'],
    ['ECDSA with SHA-512', EC, 'sha512'],
    ['Ed25519', ['ed25519'], 'default'],
  ] as const) {
    test(name, async () => {
      const own = parsed(await rootAuthority({ key, digest }))
      assert.equal(isSignedBy(own.signed, own.publicKey()), true)
      const other = parsed(await rootAuthority({ key, digest }))
      assert.equal(isSignedBy(own.signed, other.publicKey()), false)
    })
  }

  test('RSA-PSS, with all of its parameters said', async () => {
    const root = await rootAuthority({ key: ['rsa:2048'] })
    const sign = (...options: readonly string[]) =>
      openssl('req', '-x509', '-key', root.keyFile, '-subj', '/CN=pss', '-sigopt', 'rsa_padding_mode:pss', ...options)
    const good = readSignedDer(derOfPem(await sign('-sha256', '-sigopt', 'rsa_pss_saltlen:32')))
    assert.equal(isSignedBy(good, parsed(root).publicKey()), true)
    const weak = readSignedDer(derOfPem(await sign('-sha1')))
    assert.equal(isSignedBy(weak, parsed(root).publicKey()), false)
    const mixed = readSignedDer(derOfPem(await sign('-sha256', '-sigopt', 'rsa_mgf1_md:sha512')))
    assert.equal(isSignedBy(mixed, parsed(root).publicKey()), false)
  })

  test("SHA-1, and an algorithm that is not the key's, sign nothing", async () => {
    const weak = parsed(await rootAuthority({ key: ['rsa:2048'], digest: 'sha1' }))
    assert.equal(isSignedBy(weak.signed, weak.publicKey()), false)
    const ec = parsed(await rootAuthority())
    assert.equal(isSignedBy(ec.signed, parsed(await rootAuthority({ key: ['rsa:2048'] })).publicKey()), false)
    assert.equal(sameAlgorithm(ec.signed.algorithm, weak.signed.algorithm), false)
    assert.equal(sameAlgorithm(ec.signed.algorithm, ec.signed.algorithm), true)
  })

  test('what follows a signature is the business of who reads it', async () => {
    const { rest } = readSigned(readDer(derOfPem((await rootAuthority()).cert)))
    assert.equal(rest.isAtEnd, true)
  })
})

test('strong keys', () => {
  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey
  assert.equal(isStrongKey(rsa(2048)), true)
  assert.equal(isStrongKey(rsa(1024)), false)
  assert.equal(isStrongKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), true)
  for (const namedCurve of ['secp384r1', 'secp521r1', 'secp256k1', 'brainpoolP256r1']) {
    assert.equal(isStrongKey(generateKeyPairSync('ec', { namedCurve }).publicKey), true, namedCurve)
  }
  assert.equal(isStrongKey(generateKeyPairSync('ec', { namedCurve: 'prime192v1' }).publicKey), false)
  const explicit = generateKeyPairSync('ec', { namedCurve: 'prime256v1', paramEncoding: 'explicit' }).publicKey
  assert.equal(isStrongKey(explicit), explicit.asymmetricKeyDetails?.namedCurve === 'prime256v1')
  assert.equal(isStrongKey(generateKeyPairSync('ed25519').publicKey), true)
  assert.equal(isStrongKey(generateKeyPairSync('x25519').publicKey), false)
})
