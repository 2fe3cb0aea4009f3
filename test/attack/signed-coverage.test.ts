import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { foldedValues } from '../support/recording-upstream.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { HOST, type Sent, signedGateway } from '../support/signed-gateway.ts'
import { signedHeaders } from '../support/signed-request.ts'

const gateway = await signedGateway()
const OTHER = await gateway.vault.create({ owner: 'globex' })
const REQUEST = { method: 'POST', target: '/orders/7?a=1&b=x%20y', body: '{"amount":1}', nonce: 'n' }
const V1 = { v1: { host: HOST, contentType: 'application/json' } }
const JSON_TYPE = { 'content-type': 'application/json' }

let nonces = 0
const fresh = () => ({ ...REQUEST, nonce: `nonce-${++nonces}` })

/** One thing at a time; what only the second form covers is marked. */
const CHANGES: Readonly<Record<string, Sent & { readonly onlyV1?: boolean; readonly status?: number }>> = {
  method: { method: 'PUT' },
  'a method that has no body': { method: 'DELETE' },
  path: { target: '/orders/8?a=1&b=x%20y' },
  'a slash at the end': { target: '/orders/7/?a=1&b=x%20y' },
  'a value of the query': { target: '/orders/7?a=2&b=x%20y' },
  'the order of the query': { target: '/orders/7?b=x%20y&a=1' },
  'another spelling of a space': { target: '/orders/7?a=1&b=x+y' },
  'a parameter more': { target: '/orders/7?a=1&b=x%20y&c' },
  'an empty parameter more': { target: '/orders/7?a=1&b=x%20y&' },
  'the query twice': { target: '/orders/7?a=1&a=1&b=x%20y' },
  'no query': { target: '/orders/7' },
  'a letter in percent-encoding': { target: '/%6frders/7?a=1&b=x%20y' },
  'a hex digit in another case': { target: '/orders/7?a=1&b=x%20y'.replace('%20', '%2f') },
  body: { body: '{"amount":9}' },
  'a byte more of the body': { body: '{"amount":1}\n' },
  'a mark before the body': { body: '\u00ef\u00bb\u00bf{"amount":1}' },
  'no body': { body: '' },
  nonce: { headers: { 'x-nonce': 'another' } },
  'no nonce': { headers: { 'x-nonce': undefined } },
  timestamp: { headers: { 'x-timestamp': '2023-11-14T22:13:21Z' } },
  'the same timestamp, spelled otherwise': { headers: { 'x-timestamp': '2023-11-14T22:13:20.0Z' } },
  'key id': { headers: { 'x-key-id': OTHER.record.keyId } },
  host: { headers: { host: 'other.example.test' }, onlyV1: true },
  port: { headers: { host: `${HOST}:8443` }, onlyV1: true },
  'a host that is not ours': { headers: { host: 'evil.example.test' }, status: 421 },
  'content type': { headers: { 'content-type': 'text/xml' }, onlyV1: true },
  'a parameter of the content type': { headers: { 'content-type': 'application/json; charset=utf-16' }, onlyV1: true },
  'no content type': { headers: { 'content-type': undefined }, onlyV1: true },
  'a content type that ends at this hop': { lines: ['Connection: content-type'], onlyV1: true },
  'a second content type': { lines: ['Content-Type: text/xml'], status: 400 },
}

for (const [form, extra] of [
  ['the simple form', {}],
  ['the form v1', V1],
] as const) {
  suite(`S-03: of ${form}, changed on the way`, () => {
    for (const [name, { onlyV1, status = 401, headers, ...change }] of Object.entries(CHANGES)) {
      const isCovered = !onlyV1 || form === 'the form v1'
      test(`${name}: ${isCovered ? status : 'not covered, and passes'}`, async () => {
        const signed = { ...fresh(), ...extra }
        const sent = { ...change, headers: { ...JSON_TYPE, ...headers } }
        assert.equal(await gateway.status(signed, sent), isCovered ? status : 200)
        assert.equal(gateway.upstream.take().length, isCovered ? 0 : 1)
        if (isCovered)
          assert.equal(await gateway.status(signed, { headers: JSON_TYPE }), 200, 'and unchanged it passes')
        gateway.upstream.take()
      })
    }

    test('nothing: it passes, with its headers and without its signature', async () => {
      assert.equal(await gateway.status({ ...fresh(), ...extra }, { headers: JSON_TYPE }), 200)
      const [record] = gateway.upstream.take()
      assert.ok(record)
      assert.deepEqual([record.method, record.target, record.body], ['POST', REQUEST.target, REQUEST.body])
      assert.deepEqual(foldedValues(record, 'x-signature'), [])
      assert.deepEqual(foldedValues(record, 'x-client-id'), ['acme'])
    })
  })
}

suite('S-03: the form itself', () => {
  test('cannot be exchanged for the one that covers less', async () => {
    const relabel = async (v1: object, from: string, to: string) => {
      const signed = { ...fresh(), ...v1 }
      const { keyId } = gateway.issued.record
      const signature = signedHeaders(keyId, gateway.issued.secret, signed)['x-signature']?.replace(from, to)
      return gateway.status(signed, { headers: { ...JSON_TYPE, 'x-signature': signature } })
    }
    assert.equal(await relabel(V1, 'hmac-sha256-v1=', 'hmac-sha256='), 401)
    assert.equal(await relabel({}, 'hmac-sha256=', 'hmac-sha256-v1='), 401)
    assert.deepEqual(gateway.upstream.take(), [])
  })

  test('that covers less can be closed', async () => {
    const strict = await signedGateway({ hmac: { forms: ['hmac-sha256-v1'] } })
    assert.equal(await strict.status(fresh(), { headers: JSON_TYPE }), 401)
    assert.equal(await strict.status({ ...fresh(), ...V1 }, { headers: JSON_TYPE }), 200)
  })

  test('twins of Content-Type do not reach the upstream', async () => {
    const lines = ['Content_Type: text/xml', 'Content.Type: text/xml']
    assert.equal(await gateway.status({ ...fresh(), ...V1 }, { headers: JSON_TYPE, lines }), 200)
    const [record] = gateway.upstream.take()
    assert.deepEqual(record && foldedValues(record, 'content-type'), ['application/json'])
  })
})

suite('S-04: what could make two requests one text', () => {
  const send = async (target: string, signedTarget: string) =>
    gateway.status({ ...fresh(), target: signedTarget }, { target })

  test('a line feed in a component cannot be sent, or is not what was signed', async () => {
    for (const target of ['/a%0Ab', '/a%0ab?c', '/a?b%0Ac']) assert.notEqual(await send(target, '/a\nb'), 200)
    const signed = { ...fresh(), target: '/a', nonce: 'n' }
    for (const lines of [['X-Nonce: a\n b'], ['X-Nonce: a', ' b'], ['X-Key-ID: a\n b']]) {
      const headers = { 'x-nonce': undefined, 'x-key-id': undefined }
      assert.notEqual(await gateway.status(signed, { headers, lines }), 200)
    }
    assert.deepEqual(gateway.upstream.take(), [])
  })

  const pairs: readonly (readonly [string, string])[] = [
    ['/a%2Fb', '/a/b'],
    ['/a?x=%2F', '/a?x=/'],
    ['/a?x=+', '/a?x=%20'],
    ['/a?x=1&x=2', '/a?x=2&x=1'],
    ['/a?', '/a'],
    ['/a?x', '/a?x='],
    ['/a%41', '/aA'],
    ['/a?x=%C3%A9', '/a?x=%c3%a9'],
  ]
  for (const [one, other] of pairs) {
    test(`${one} and ${other} are two`, async () => {
      assert.notEqual(await send(one, other), 200)
      assert.notEqual(await send(other, one), 200)
      assert.deepEqual(gateway.upstream.take(), [])
    })
  }

  test('chance: of requests that differ in something, none passes by the signature of the other', async () => {
    const { pick } = seededRandom(11)
    const one = () => ({
      method: pick<string>(['GET', 'POST', 'PUT']),
      target: pick<string>(['/', '/a', '/a?', '/a?b', '/a?b=', '/b']),
      body: pick<string>(['', 'a', 'b']),
    })
    for (let round = 0; round < 150; round++) {
      const [signed, sent] = [{ ...one(), nonce: `chance-${round}` }, one()]
      const isSame = JSON.stringify([signed.method, signed.target, signed.body]) === JSON.stringify(Object.values(sent))
      assert.equal((await gateway.status(signed, sent)) === 200, isSame, JSON.stringify([signed, sent]))
    }
    gateway.upstream.take()
  })
})
