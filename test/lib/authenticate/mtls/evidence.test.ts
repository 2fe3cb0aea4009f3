import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ConnectionEvidence, Evidence, readEvidence } from '../../../../lib/authenticate/mtls/evidence.ts'
import { TrustStore } from '../../../../lib/authenticate/mtls/trust-store.ts'
import { clientCertificate } from '../../../support/client-certificate.ts'
import { parsed } from '../../../support/parsed-certificate.ts'
import { derOfPem, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

const NOW = Math.floor(Date.now() / 1000)

suite('what is known of a certificate', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const issuing = await root.issueAuthority()
  const good = await issuing.issue()
  const store = new TrustStore([parsed(root)], [], 2)

  test('is found out once for a connection', () => {
    const connections = new ConnectionEvidence()
    const certificate = clientCertificate(derOfPem(good.cert), { chain: [derOfPem(issuing.cert)] })
    const evidence = connections.of(certificate)
    assert.ok(evidence)
    assert.equal(connections.of(certificate), evidence)
    const path = evidence.pathIn(store, NOW)
    assert.ok(typeof path !== 'string')
    assert.equal(evidence.pathIn(store, NOW + 1), path)
    assert.notEqual(evidence.pathIn(new TrustStore([parsed(root)], [], 2), NOW), path)
  })

  test('ends with the first of its path', () => {
    const evidence = new Evidence(parsed(good), [{ ...parsed(issuing), notAfter: NOW + 60 }], true)
    assert.ok(typeof evidence.pathIn(store, NOW) !== 'string')
    assert.equal(evidence.pathIn(new TrustStore([parsed(root)], [], 2), NOW + 61), 'no path to an authority')
    assert.equal(evidence.pathIn(store, parsed(good).notAfter + 1), 'certificate expired')
  })

  test('what cannot be read: of a client it is none, of others it is left out', () => {
    assert.equal(readEvidence(Buffer.from('3000', 'hex'), [], true), undefined)
    const other = new ConnectionEvidence()
    const broken = clientCertificate(Buffer.from('garbage'))
    assert.equal(other.of(broken), undefined)
    assert.equal(other.of(broken), undefined)
    const evidence = readEvidence(derOfPem(good.cert), [Buffer.from('x'), derOfPem(issuing.cert)], false)
    assert.deepEqual([evidence?.others.length, evidence?.isCheckedByTls], [1, false])
    // Of a key of a kind that nobody knows, node:crypto throws an error without a code.
    const oid = Buffer.from('2a8648ce3d0201', 'hex')
    const unknown = Buffer.from(derOfPem(good.cert))
    unknown[unknown.indexOf(oid) + oid.length - 1] = 0x7f
    assert.equal(readEvidence(unknown, [], false), undefined)
    assert.equal(readEvidence(derOfPem(good.cert), [unknown], false)?.others.length, 0)
  })
})
