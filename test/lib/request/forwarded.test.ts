import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { noNetworks, parseNetworks } from '../../../lib/network.ts'
import { forwardedOrigin } from '../../../lib/request/forwarded.ts'
import { rawRequest } from '../../support/raw-request.ts'

const PROXIES = parseNetworks('boundary', 'trustedProxies', ['10.0.0.0/8', '2001:db8::/32'])
const HOST = 'api.example.test'

function origin(headers: Readonly<Record<string, string>>, peerAddress = '10.0.0.1', networks = PROXIES) {
  return forwardedOrigin(rawRequest({ headers: Object.entries(headers), peerAddress }), HOST, networks)
}
const chain = (field: string, peer?: string) => origin({ 'X-Forwarded-For': field }, peer)

const FORGED = {
  'X-Forwarded-For': '203.0.113.9',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'evil.example.test',
  'X-Request-ID': 'forged',
}

suite('a peer that is no trusted proxy is not believed', () => {
  for (const [peer, networks] of [
    ['192.0.2.7', PROXIES],
    ['10.0.0.1', noNetworks],
  ] as const) {
    test(peer, () => {
      assert.deepEqual(origin(FORGED, peer, networks), {
        clientAddress: peer,
        forwardedFor: [peer],
        scheme: 'http',
        authority: HOST,
        requestId: undefined,
      })
    })
  }
  test('nor are its broken chains looked at', () => assert.ok(chain('junk', '192.0.2.7')))
})

test('a trusted proxy is believed', () => {
  assert.deepEqual(origin(FORGED), {
    clientAddress: '203.0.113.9',
    forwardedFor: ['203.0.113.9', '10.0.0.1'],
    scheme: 'https',
    authority: 'evil.example.test',
    requestId: 'forged',
  })
})

suite('a chain', () => {
  test('of no hops ends at the peer', () => {
    assert.equal(origin({})?.clientAddress, '10.0.0.1')
    assert.deepEqual(origin({})?.forwardedFor, ['10.0.0.1'])
  })

  test('of 1 hop ends at the client', () => {
    assert.equal(chain('203.0.113.9')?.clientAddress, '203.0.113.9')
  })

  test('of 2 hops is read from the right: what the client wrote itself is cut off', () => {
    assert.deepEqual(chain('198.51.100.1, 203.0.113.9, 10.0.0.2')?.forwardedFor, [
      '203.0.113.9',
      '10.0.0.2',
      '10.0.0.1',
    ])
    assert.deepEqual(chain('10.0.0.66, 203.0.113.9')?.forwardedFor, ['203.0.113.9', '10.0.0.1'])
  })

  test('of 50 trusted hops is read to its end', () => {
    const hops = Array.from({ length: 50 }, (_, index) => `10.0.1.${index}`)
    const read = chain(hops.join(', '))
    assert.equal(read?.clientAddress, '10.0.1.0')
    assert.equal(read?.forwardedFor.length, 51)
  })

  test('of 50 hops before the client ends at the client', () => {
    const hops = Array.from({ length: 50 }, (_, index) => `198.51.100.${index}`)
    assert.deepEqual(chain([...hops, '203.0.113.9'].join(','))?.forwardedFor, ['203.0.113.9', '10.0.0.1'])
  })

  test('with IPv4 mapped into IPv6 is IPv4, at the peer too', () => {
    const read = chain('::ffff:203.0.113.9, ::FFFF:10.0.0.2', '::ffff:10.0.0.1')
    assert.deepEqual(read?.forwardedFor, ['203.0.113.9', '10.0.0.2', '10.0.0.1'])
  })

  test('with IPv6 is read', () => {
    assert.deepEqual(chain('2001:db9::1, 2001:db8::2', '2001:db8::1')?.forwardedFor, [
      '2001:db9::1',
      '2001:db8::2',
      '2001:db8::1',
    ])
  })

  for (const field of [
    'junk',
    'unknown',
    '_hidden',
    '203.0.113.9:1234',
    '[2001:db9::1]',
    '203.0.113.9,',
    ',',
    ' ',
    '1.2.3',
    '256.1.1.1',
    '010.0.0.1',
    '203.0.113.9, junk, 10.0.0.2',
    '<script>',
  ]) {
    test(`${JSON.stringify(field)} cannot be read`, () => assert.equal(chain(field), undefined))
  }

  test('with junk left of the client is read: the client wrote it', () => {
    assert.deepEqual(chain('junk, 203.0.113.9')?.forwardedFor, ['203.0.113.9', '10.0.0.1'])
  })
})

suite('what a trusted proxy says wrongly is not used', () => {
  for (const proto of ['ftp', 'HTTPS', 'https, http', '']) {
    test(`X-Forwarded-Proto: ${proto}`, () => assert.equal(origin({ 'X-Forwarded-Proto': proto })?.scheme, 'http'))
  }
  for (const host of ['a b', 'a.test, b.test', '', 'user@a.test']) {
    test(`X-Forwarded-Host: ${host}`, () => assert.equal(origin({ 'X-Forwarded-Host': host })?.authority, HOST))
  }
  for (const id of ['', 'a b', 'a\tb', 'x'.repeat(129), 'a/b', 'a,b', '\u00e9', '$(id)']) {
    test(`X-Request-ID: ${JSON.stringify(id).slice(0, 20)}`, () => {
      assert.equal(origin({ 'X-Request-ID': id })?.requestId, undefined)
    })
  }
})

test('a connection that is gone already has no address', () => {
  const read = forwardedOrigin(rawRequest({ peerAddress: undefined }), HOST, PROXIES)
  assert.equal(read?.clientAddress, '')
})

test('TLS is https', () => {
  assert.equal(forwardedOrigin(rawRequest({ encrypted: true }), HOST, noNetworks)?.scheme, 'https')
})
