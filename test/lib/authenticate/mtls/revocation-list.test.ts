import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readCertificate } from '../../../../lib/authenticate/mtls/certificate.ts'
import { DerError } from '../../../../lib/authenticate/mtls/der.ts'
import { readRevocationList } from '../../../../lib/authenticate/mtls/revocation-list.ts'
import { CLIENT_USE, derOfPem, rootAuthority, skipWithoutOpenssl } from '../../../support/pki.ts'

suite('lists of openssl', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const bad = await root.issue()
  await root.revoke(bad)
  const authority = readCertificate(derOfPem(root.cert))
  const der = derOfPem(await root.list())
  const badSerial = readCertificate(derOfPem(bad.cert)).serialNumber

  test('says who is revoked, and until when it says so', () => {
    const list = readRevocationList(der, [authority])
    assert.equal(list.size, 1)
    assert.equal(list.has(badSerial), true)
    assert.equal(list.has('01'), false)
    assert.equal(list.authorityId, authority.authorityId)
    assert.equal(list.nextUpdate - list.thisUpdate, 86_400 + 3_600)
    assert.equal(list.covers(authority), true)
  })

  test('no flip of a bit leaves a list that is accepted', () => {
    for (let index = 0; index < der.length; index++) {
      for (const flip of [0x01, 0x02, 0x10, 0x20, 0x80]) {
        const changed = Buffer.from(der)
        changed[index] = (changed[index] ?? 0) ^ flip
        assert.throws(() => readRevocationList(changed, [authority]), DerError, `byte ${index}, ${flip}`)
      }
    }
  })

  test('no part of a list, and nothing more than it, is one', () => {
    for (let length = 0; length < der.length; length++) {
      assert.throws(() => readRevocationList(der.subarray(0, length), [authority]), DerError)
    }
    assert.throws(() => readRevocationList(Buffer.concat([der, Buffer.from([0])]), [authority]), DerError)
  })

  test('another key of the same name has not signed it', async () => {
    const twin = await rootAuthority()
    const impostor = readCertificate(derOfPem(twin.cert))
    assert.equal(impostor.subjectKey, authority.subjectKey)
    assert.throws(() => readRevocationList(der, [impostor]), /no known authority/)
    assert.equal(readRevocationList(der, [impostor, authority]).authorityId, authority.authorityId)
  })

  test('deltas, indirect lists, lists of some reasons and unknown critical extensions are refused', async () => {
    const listWith = async (...extensions: string[]) =>
      readRevocationList(derOfPem(await root.list({ extensions })), [authority])
    await assert.rejects(listWith('2.5.29.27=critical,DER:020101'), /delta/)
    await assert.rejects(listWith('2.5.29.27=DER:020101'), /delta/)
    await assert.rejects(listWith('1.2.3.4=critical,DER:0500'), /unknown critical/)
    for (const idp of ['indirectCRL=TRUE', 'onlyAA=TRUE', 'onlysomereasons=keyCompromise']) {
      const point = `2.5.29.28=critical,DER:${IDP[idp]}`
      await assert.rejects(listWith(point), /scope/, idp)
    }
    assert.equal((await listWith('1.2.3.4=DER:0500')).size, 1)
  })

  test('a list of one distribution point covers the certificates that name it', async () => {
    const url = Buffer.from('http://crl.test/a')
    const name = Buffer.concat([Buffer.from([0x86, url.length]), url]).toString('hex')
    const point = wrapHex(0x30, wrapHex(0xa0, wrapHex(0xa0, name)))
    const list = readRevocationList(derOfPem(await root.list({ extensions: [`2.5.29.28=critical,DER:${point}`] })), [
      authority,
    ])
    const named = await root.issue({ extensions: [...CLIENT_USE, 'crlDistributionPoints=URI:http://crl.test/a'] })
    const elsewhere = await root.issue({ extensions: [...CLIENT_USE, 'crlDistributionPoints=URI:http://crl.test/b'] })
    assert.equal(list.covers(readCertificate(derOfPem(named.cert))), true)
    assert.equal(list.covers(readCertificate(derOfPem(elsewhere.cert))), false)
    assert.equal(list.covers(authority), false)
    const clients = await root.list({ extensions: ['2.5.29.28=critical,DER:30038101ff'] })
    assert.equal(readRevocationList(derOfPem(clients), [authority]).covers(authority), false)
  })

  test('keys and signatures of other kinds', async () => {
    for (const key of [['rsa:2048'], ['ed25519'], ['ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1']]) {
      const other = await rootAuthority({ key })
      const own = readCertificate(derOfPem(other.cert))
      assert.equal(readRevocationList(derOfPem(await other.list()), [own]).size, 0, key[0])
    }
  })

  test('fifty thousand entries take less than a second of the processor', async () => {
    const busy = await rootAuthority()
    busy.revokeMany(50_000)
    const own = readCertificate(derOfPem(busy.cert))
    const large = derOfPem(await busy.list())
    const before = process.cpuUsage()
    const list = readRevocationList(large, [own])
    const tookMs = process.cpuUsage(before).user / 1_000
    assert.equal(list.size, 50_000)
    assert.equal(list.has('700000C34F'), true)
    assert.equal(list.has('700000C350'), false)
    assert.ok(tookMs < 1_000, `took ${tookMs} ms`)
  })
})

/** DER of issuing distribution points that openssl's configuration would take a section for. */
const IDP: Readonly<Record<string, string>> = {
  'indirectCRL=TRUE': '30038401ff',
  'onlyAA=TRUE': '30038501ff',
  'onlysomereasons=keyCompromise': '300483020640',
}

function wrapHex(tag: number, content: string): string {
  return Buffer.from([tag, content.length / 2]).toString('hex') + content
}
