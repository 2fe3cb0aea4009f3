import assert from 'node:assert/strict'
import { hash, X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { connect } from 'node:tls'
import {
  type Certificate,
  certificateAuthority,
  selfSignedCertificate,
  skipWithoutOpenssl,
} from '../support/certificates.ts'
import { dpopProof, thumbprintOf } from '../support/dpop-proof.ts'
import { type ProofGateway, proofGateway } from '../support/proof-gateway.ts'
import { statusOf } from '../support/raw-tcp.ts'
import { createSigningKey } from '../support/signing-key.ts'

interface Setting {
  readonly gateway: ProofGateway
  /** The status for a token, from who shows that certificate. */
  statusFor(token: string, client: Certificate | undefined, headers?: Readonly<Record<string, string>>): Promise<number>
  readonly ca: string
  readonly ours: Certificate
  readonly other: Certificate
  readonly selfSigned: Certificate
}

/** RFC 8705 section 3.1, as the authorization server computes it. */
const certificateThumbprint = ({ cert }: Certificate) => hash('sha256', new X509Certificate(cert).raw, 'base64url')

const issuer = createSigningKey('ES256', 'issuer')
const holder = createSigningKey('ES256', 'holder')

async function setting(): Promise<Setting> {
  const authority = await certificateAuthority()
  const server = await authority.issue('DNS:api.example.test')
  const { ca } = authority
  // Whoever signed it: what counts is the certificate that the token names (RFC 8705 section 2.2).
  const tls = { ...server, ca, requestCert: true, rejectUnauthorized: false }
  const gateway = await proofGateway({ issuer, tls })
  return {
    gateway,
    ca,
    ours: await authority.issue('DNS:client.example.test'),
    other: await authority.issue('DNS:client.example.test'),
    selfSigned: await selfSignedCertificate('DNS:client.example.test'),
    statusFor: (token, client, headers = {}) =>
      new Promise((resolve, reject) => {
        const fields = { host: 'api.example.test', authorization: `Bearer ${token}`, ...headers }
        const options = { host: '127.0.0.1', port: gateway.port, path: '/orders/42', agent: false, ca, ...client }
        const sent = request({ ...options, headers: fields }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0))
        })
        sent.on('error', reject).end()
      }),
  }
}

interface TlsExchange {
  readonly status: number
  readonly session: Buffer | undefined
  readonly isResumed: boolean
}

/** One request over a TLS connection of its own, which may go on with the session of another. */
async function tlsExchange(
  port: number,
  token: string,
  ca: string,
  client: Certificate,
  session?: Buffer,
): Promise<TlsExchange> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'api.example.test', ca, ...client, session })
  let given: Buffer | undefined
  let isResumed = false
  socket.on('secureConnect', () => {
    isResumed = socket.isSessionReused()
  })
  socket.on('session', (ticket) => {
    given = ticket
  })
  socket.write(
    `GET /orders/42 HTTP/1.1\r\nHost: api.example.test\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  )
  const answer = await text(socket)
  return { status: statusOf(answer), session: given, isResumed }
}

suite('a token that is bound to a certificate: RFC 8705', { skip: skipWithoutOpenssl }, async () => {
  if (skipWithoutOpenssl) return
  const { gateway, statusFor, ca, ours, other, selfSigned } = await setting()
  const boundTo = (certificate: Certificate, more = {}) =>
    gateway.token({ cnf: { 'x5t#S256': certificateThumbprint(certificate), ...more } })

  test('is good with its certificate, again on another connection, and with no other', async () => {
    const token = boundTo(ours)
    assert.equal(await statusFor(token, ours), 200)
    assert.equal(await statusFor(token, other), 401, 'another certificate of the same name')
    assert.equal(await statusFor(token, selfSigned), 401)
    assert.equal(await statusFor(token, undefined), 401)
    assert.equal(await statusFor(token, ours), 200)
    assert.equal(gateway.take().length, 2)
  })

  test('is good with a certificate that signs itself, if the token names it', async () => {
    assert.equal(await statusFor(boundTo(selfSigned), selfSigned), 200)
    assert.equal(await statusFor(boundTo(selfSigned), ours), 401)
    gateway.take()
  })

  test('is not good with a certificate that is only told of', async () => {
    const pem = encodeURIComponent(ours.cert)
    const der = `:${new X509Certificate(ours.cert).raw.toString('base64')}:`
    const headers = {
      'client-cert': der,
      'x-client-cert': pem,
      'x-forwarded-client-cert': `Cert="${pem}"`,
      'ssl-client-cert': pem,
    }
    assert.equal(await statusFor(boundTo(ours), undefined, headers), 401)
    assert.equal(await statusFor(boundTo(ours), other, headers), 401)
    assert.deepEqual(gateway.take(), [])
  })

  test('is good on a TLS session that is resumed, and only on one of its own certificate', async () => {
    for (const [client, expected] of [
      [ours, 200],
      [other, 401],
    ] as const) {
      const first = await tlsExchange(gateway.port, boundTo(ours), ca, client)
      const resumed = await tlsExchange(gateway.port, boundTo(ours), ca, client, first.session)
      assert.deepEqual([first.status, resumed.status, resumed.isResumed], [expected, expected, true])
    }
    gateway.take()
  })

  test('a token that is bound to nothing is good with any certificate', async () => {
    for (const client of [ours, undefined]) assert.equal(await statusFor(gateway.token(), client), 200)
    gateway.take()
  })

  test('and to a key as well, it wants both', async () => {
    const token = boundTo(ours, { jkt: thumbprintOf(holder) })
    const proven = () => ({ authorization: `DPoP ${token}`, dpop: dpopProof(holder, { token }) })
    assert.equal(await statusFor(token, ours, proven()), 200)
    assert.equal(await statusFor(token, other, proven()), 401)
    assert.equal(await statusFor(token, undefined, proven()), 401)
    assert.equal(await statusFor(token, ours), 401)
    assert.equal(gateway.take().length, 1)
  })

  test('a name for a thumbprint that is none of SHA-256 is not taken for one', async () => {
    for (const cnf of [
      { x5t: certificateThumbprint(ours) },
      { 'x5t#S256': '' },
      { 'x5t#S256': null },
      { 'x5t#S256': ['a'] },
    ]) {
      assert.equal(await statusFor(gateway.token({ cnf }), ours), 401)
    }
    assert.deepEqual(gateway.take(), [])
  })
})
