import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ForwardedCertificates } from '../../../../../lib/authenticate/mtls/forwarded/forwarded-certificates.ts'
import { derOfPem, rootAuthority, skipWithoutOpenssl } from '../../../../support/pki.ts'
import { requestView } from '../../../../support/request-view.ts'

suite('headers of proxies', { skip: skipWithoutOpenssl }, async () => {
  const good = await (await rootAuthority()).issue()
  const forwarded = new ForwardedCertificates('test', { format: 'rfc9440', peers: ['192.0.2.0/24', '2001:db8::/32'] })
  const field = `:${derOfPem(good.cert).toString('base64')}:`
  const from = (...forwardedFor: readonly string[]) => requestView({ 'client-cert': field }, { forwardedFor })

  test('the peer is the other end of the connection, whoever it says it speaks for', () => {
    assert.equal(forwarded.isFromPeer(from('192.0.2.1')), true)
    assert.equal(forwarded.isFromPeer(from('2001:db8::1')), true)
    assert.equal(forwarded.isFromPeer(from('192.0.2.1', '198.51.100.1')), false)
    assert.equal(forwarded.isFromPeer(from('198.51.100.1', '192.0.2.1')), true)
    assert.equal(forwarded.isFromPeer(from()), false)
  })

  test('the same text is read once', () => {
    const evidence = forwarded.evidenceIn(from('192.0.2.1'))
    assert.ok(evidence)
    assert.equal(forwarded.evidenceIn(from('192.0.2.1')), evidence)
    const chained = requestView({ 'client-cert': field, 'client-cert-chain': field })
    assert.notEqual(forwarded.evidenceIn(chained), evidence)
    const bad = requestView({ 'client-cert': 'x' })
    assert.deepEqual([forwarded.evidenceIn(bad), forwarded.evidenceIn(bad)], [undefined, undefined])
  })

  test('an empty header is none', () => {
    assert.equal(forwarded.isPresented(from('192.0.2.1')), true)
    assert.equal(forwarded.isPresented(requestView({ 'client-cert': '' })), false)
    assert.equal(forwarded.isPresented(requestView({ 'client-cert-chain': field })), false)
    assert.deepEqual(forwarded.headers, ['client-cert', 'client-cert-chain'])
  })
})
