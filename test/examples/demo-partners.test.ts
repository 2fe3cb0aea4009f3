import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { after, suite, test } from 'node:test'
import { startDemo } from '../support/demo.ts'
import { signedHeaders, timestampAt } from '../support/signed-request.ts'

const demo = await startDemo()
after(() => demo.stop())
const { gateway, gatewayTls, credentials } = demo.ready
const { apiKeys, mtls, hmac, httpSignature } = credentials

interface Answer {
  readonly status: number
  readonly body: string
}

/** A request over TLS, with the certificate in those files. */
function overTls(path: string, cert?: string, key?: string, headers: Record<string, string> = {}): Promise<Answer> {
  const shown = cert && key ? { cert: readFileSync(cert), key: readFileSync(key) } : {}
  return new Promise((resolve, reject) => {
    const options = { ca: readFileSync(mtls.ca), agent: false, headers, ...shown }
    const sent = request(gatewayTls + path, options, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) })
    })
    sent.on('error', reject).end()
  })
}

const arrived = (body: string) => (JSON.parse(body) as { headers: Record<string, string> }).headers

suite('/partners/** wants a client certificate', () => {
  test('of a partner that is known', async () => {
    const { status, body } = await overTls('/partners/echo', mtls.cert, mtls.key)
    assert.equal(status, 200)
    assert.partialDeepStrictEqual(arrived(body), { 'x-client-id': 'partner-acme', 'x-auth-method': 'mtls' })
  })

  test('that is not revoked, and of the authority', async () => {
    assert.equal((await overTls('/partners/echo', mtls.revokedCert, mtls.revokedKey)).status, 401)
    assert.equal((await overTls('/partners/echo', mtls.otherCert, mtls.otherKey)).status, 401)
    assert.equal((await overTls('/partners/echo')).status, 401)
  })

  test('and nothing that a header says instead', async () => {
    const cert = encodeURIComponent(readFileSync(mtls.cert, 'utf8'))
    for (const name of ['x-client-cert', 'ssl-client-cert', 'client-cert', 'x-forwarded-client-cert']) {
      const response = await fetch(`${gateway}/partners/echo`, { headers: { [name]: cert } })
      assert.equal(response.status, 401, name)
    }
    assert.equal((await fetch(`${gateway}/partners/echo`, { headers: { 'x-api-key': apiKeys.live.key } })).status, 403)
  })

  test('the TLS port serves everything else as well', async () => {
    assert.equal((await overTls('/health')).status, 200)
    assert.equal((await overTls('/orders', undefined, undefined, { 'x-api-key': apiKeys.live.key })).status, 200)
  })
})

suite('/webhooks/** wants a request that is signed with a shared secret', () => {
  const BODY = '{"event":"order.paid"}'
  const signed = (target: string, body = BODY, secret = hmac.secret) =>
    signedHeaders(hmac.keyId, secret, { method: 'POST', target, body, timestamp: timestampAt(Date.now() / 1000) })
  const post = (headers: Record<string, string>, body = BODY) =>
    fetch(`${gateway}/webhooks/echo`, { method: 'POST', headers, body })

  test('once, and the body arrives as it was signed', async () => {
    const headers = signed('/webhooks/echo')
    const response = await post(headers)
    assert.equal(response.status, 200)
    assert.equal(arrived(await response.text())['x-client-id'], 'shop-webhooks')
    assert.equal((await post(headers)).status, 401)
  })

  test('for its own target, body and secret', async () => {
    assert.equal((await post(signed('/webhooks/other'))).status, 401)
    assert.equal((await post(signed('/webhooks/echo'), `${BODY} `)).status, 401)
    assert.equal((await post(signed('/webhooks/echo', BODY, 'another secret'))).status, 401)
    assert.equal((await post({})).status, 401)
  })

  test('and is for nothing else', async () => {
    const headers = signedHeaders(hmac.keyId, hmac.secret, {
      target: '/orders',
      timestamp: timestampAt(Date.now() / 1000),
    })
    assert.equal((await fetch(`${gateway}/orders`, { headers })).status, 403)
  })
})

suite('/signed/** wants an HTTP message signature', async () => {
  const { signatureHeaders } = (await import('../../examples/signers/sign-rfc9421.mjs' as string)) as {
    signatureHeaders(request: object): Record<string, string>
  }
  const privateKey = createPrivateKey(httpSignature.privateKey)
  const signed = (url: string, method = 'GET') =>
    signatureHeaders({ keyId: httpSignature.keyId, privateKey, method, url })

  test('once', async () => {
    const headers = signed(`${gateway}/signed/echo`)
    const response = await fetch(`${gateway}/signed/echo`, { headers })
    assert.equal(response.status, 200)
    assert.equal(arrived(await response.text())['x-client-id'], 'signing-client')
    assert.equal((await fetch(`${gateway}/signed/echo`, { headers })).status, 401)
  })

  test('for its own method and target', async () => {
    for (const headers of [signed(`${gateway}/signed/other`), signed(`${gateway}/signed/echo`, 'POST')]) {
      assert.equal((await fetch(`${gateway}/signed/echo`, { headers })).status, 401)
    }
    assert.equal((await fetch(`${gateway}/signed/echo`)).status, 401)
  })
})
