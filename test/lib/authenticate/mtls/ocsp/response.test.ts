import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { readCertificate } from '../../../../../lib/authenticate/mtls/certificate.ts'
import { DerError } from '../../../../../lib/authenticate/mtls/der.ts'
import { certificateId, ocspRequest } from '../../../../../lib/authenticate/mtls/ocsp/request.ts'
import { readOcspResponse } from '../../../../../lib/authenticate/mtls/ocsp/response.ts'
import { RESPONDER_USE } from '../../../../support/ocsp-responder.ts'
import {
  CLIENT_USE,
  derOfPem,
  type IssuedCertificate,
  openssl,
  rootAuthority,
  skipWithoutOpenssl,
  type TestAuthority,
} from '../../../../support/pki.ts'
import { temporaryFolder } from '../../../../support/temporary-folder.ts'

const NOW = Math.floor(Date.now() / 1000)

suite('answers of openssl', { skip: skipWithoutOpenssl }, async () => {
  const folder = temporaryFolder()
  const root = await rootAuthority()
  const issuer = readCertificate(derOfPem(root.cert))
  const client = await root.issue()
  const certificate = readCertificate(derOfPem(client.cert))
  const id = certificateId(certificate, issuer)
  const responder = await root.issue({ subject: '/CN=responder', extensions: RESPONDER_USE })

  async function answerOf(signer: IssuedCertificate, authority: TestAuthority = root, ...more: readonly string[]) {
    const [requestFile, responseFile] = [join(folder, 'request.der'), join(folder, 'response.der')]
    writeFileSync(requestFile, ocspRequest(id))
    const books = ['-index', authority.indexFile, '-CA', authority.certFile]
    const signing = ['-rsigner', signer.certFile, '-rkey', signer.keyFile, '-rmd', 'sha256', '-nmin', '5']
    await openssl('ocsp', '-reqin', requestFile, '-respout', responseFile, ...books, ...signing, ...more)
    return readFileSync(responseFile)
  }
  const read = (der: Uint8Array, at = NOW) => readOcspResponse(der, id, issuer, at)

  test('of a delegate, by name and by key, and of the issuer itself', async () => {
    const answer = read(await answerOf(responder))
    assert.equal(answer.status, 'good')
    assert.equal((answer.nextUpdate ?? 0) - answer.thisUpdate, 300)
    assert.equal(read(await answerOf(responder, root, '-resp_key_id')).status, 'good')
    assert.equal(read(await answerOf(root)).status, 'good')
    assert.equal(read(await answerOf(root, root, '-resp_no_certs')).status, 'good')
  })

  test('whoever else signs is not heard', async () => {
    const refused = async (signer: IssuedCertificate, ...more: readonly string[]) => {
      const der = await answerOf(signer, root, ...more)
      assert.throws(() => read(der), DerError)
    }
    await refused(client)
    await refused(await root.issue({ extensions: CLIENT_USE }))
    await refused(await root.issue({ extensions: [...RESPONDER_USE, '1.2.3.4=critical,DER:0500'] }))
    await refused(await root.issue({ extensions: RESPONDER_USE, notAfter: NOW - 60 }))
    await refused(responder, '-resp_no_certs')
    const twin = await rootAuthority()
    await refused(twin)
    await refused(await twin.issue({ extensions: RESPONDER_USE }))
    const issuing = await root.issueAuthority()
    await refused(await issuing.issue({ extensions: RESPONDER_USE }))
  })

  test('an answer about another certificate is none', async () => {
    const der = await answerOf(responder)
    const other = readCertificate(derOfPem((await root.issue()).cert))
    assert.throws(() => readOcspResponse(der, certificateId(other, issuer), issuer, NOW), /another certificate/)
    const twin = readCertificate(derOfPem((await rootAuthority()).cert))
    assert.throws(() => readOcspResponse(der, certificateId(certificate, twin), issuer, NOW), /another certificate/)
  })

  test('revoked and unknown', async () => {
    const bad = await root.issue()
    await root.revoke(bad)
    const badId = certificateId(readCertificate(derOfPem(bad.cert)), issuer)
    writeFileSync(join(folder, 'bad.der'), ocspRequest(badId))
    const out = join(folder, 'bad-response.der')
    const books = ['-index', root.indexFile, '-CA', root.certFile, '-rsigner', root.certFile, '-rkey', root.keyFile]
    await openssl('ocsp', '-reqin', join(folder, 'bad.der'), '-respout', out, ...books)
    const answer = readOcspResponse(readFileSync(out), badId, issuer, NOW)
    assert.deepEqual([answer.status, answer.nextUpdate], ['revoked', undefined])
    const stranger = await rootAuthority({ subject: '/CN=Other' })
    assert.equal(read(await answerOf(responder, { ...root, indexFile: stranger.indexFile })).status, 'unknown')
  })

  test('no flip of a bit, and no part, is an answer', async () => {
    for (const der of [await answerOf(responder), await answerOf(root, root, '-resp_no_certs')]) {
      for (let index = 0; index < der.length; index++) {
        for (const flip of [0x01, 0x20, 0x80]) {
          const changed = Buffer.from(der)
          changed[index] = (changed[index] ?? 0) ^ flip
          assert.throws(() => read(changed), `byte ${index}, ${flip}`)
        }
        assert.throws(() => read(der.subarray(0, index)), DerError)
      }
    }
  })

  test('what says that it has failed is no answer', () => {
    for (const status of [1, 2, 3, 5, 6, 9]) {
      assert.throws(() => read(Buffer.from(`30030a010${status}`, 'hex')), DerError)
    }
    assert.throws(() => read(Buffer.from('30030a0100', 'hex')), DerError)
  })
})
