import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { suite, test } from 'node:test'
import { KEY_USAGE, readCertificate } from '../../../../lib/authenticate/mtls/certificate.ts'
import { DerError } from '../../../../lib/authenticate/mtls/der.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { AUTHORITY_USE, CLIENT_USE, derOfPem, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

suite('certificates of openssl', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const rich = await root.issue({
    subject: '/O=Acme/CN=orders',
    extensions: [
      ...CLIENT_USE,
      'subjectAltName=URI:spiffe://acme.test/orders,DNS:orders.acme.test,email:a@acme.test,IP:192.0.2.1',
      'authorityInfoAccess=OCSP;URI:http://ocsp.test/,caIssuers;URI:http://ca.test/',
      'crlDistributionPoints=URI:http://crl.test/a,URI:http://crl.test/b',
    ],
  })

  test('says what node:crypto reads in it', () => {
    const certificate = parsed(rich)
    const known = new X509Certificate(rich.cert)
    assert.equal(certificate.serialNumber, known.serialNumber)
    assert.equal(certificate.fingerprint, known.fingerprint256.replaceAll(':', '').toLowerCase())
    assert.equal(certificate.notBefore * 1000, Date.parse(known.validFrom))
    assert.equal(certificate.notAfter * 1000, Date.parse(known.validTo))
    assert.ok(certificate.publicKey().equals(known.publicKey))
    assert.deepEqual(certificate.purposes, known.keyUsage)
    assert.equal(certificate.isAuthority, known.ca)
  })

  test('says what else it holds', () => {
    const certificate = parsed(rich)
    assert.deepEqual(
      certificate.names.map(({ kind, value }) => (kind === 'other' ? kind : `${kind}:${value}`)),
      ['uri:spiffe://acme.test/orders', 'dns:orders.acme.test', 'email:a@acme.test', 'other'],
    )
    assert.deepEqual(certificate.responders, ['http://ocsp.test/'])
    assert.deepEqual(certificate.distributionPoints, ['http://crl.test/a', 'http://crl.test/b'])
    assert.deepEqual(
      [KEY_USAGE.digitalSignature, KEY_USAGE.keyCertSign].map((usage) => certificate.mayKey(usage)),
      [true, false],
    )
    assert.deepEqual([certificate.unknownCritical, certificate.hasNameConstraints], [[], false])
    assert.equal(certificate.issuerKey, parsed(root).subjectKey)
  })

  test('an authority, how deep it goes, and what it is constrained to', async () => {
    const limited = parsed(
      await root.issueAuthority({
        extensions: [
          'basicConstraints=critical,CA:TRUE,pathlen:2',
          ...AUTHORITY_USE.slice(1),
          'nameConstraints=critical,permitted;DNS:acme.test',
        ],
      }),
    )
    assert.deepEqual([limited.isAuthority, limited.pathLength, limited.hasNameConstraints], [true, 2, true])
    const bare = parsed(await root.issue({ extensions: [] }))
    assert.deepEqual([bare.isAuthority, bare.purposes, bare.mayKey(KEY_USAGE.keyCertSign)], [false, undefined, true])
    const odd = parsed(await root.issue({ extensions: ['1.2.3.4=critical,DER:0500'] }))
    assert.deepEqual(odd.unknownCritical, ['1.2.3.4'])
  })

  test('an authority is its name and its key together', async () => {
    const twin = parsed(await rootAuthority())
    assert.equal(twin.subjectKey, parsed(root).subjectKey)
    assert.notEqual(twin.authorityId, parsed(root).authorityId)
  })

  test('every flip of a bit changes what is signed, the signature, or makes it unreadable', () => {
    const der = derOfPem(rich.cert)
    const whole = readCertificate(der)
    for (let index = 0; index < der.length; index++) {
      const changed = Buffer.from(der)
      changed[index] = (changed[index] ?? 0) ^ 0x01
      try {
        assert.notEqual(readCertificate(changed).fingerprint, whole.fingerprint)
      } catch (error) {
        assert.ok(error instanceof DerError, `byte ${index}: ${String(error)}`)
      }
    }
  })

  test('what is no certificate', async () => {
    const der = derOfPem(rich.cert)
    for (const bytes of [
      Buffer.alloc(0),
      der.subarray(1),
      der.subarray(0, -1),
      Buffer.concat([der, der]),
      derOfPem(await root.list()),
    ]) {
      assert.throws(() => readCertificate(bytes), DerError)
    }
  })
})
