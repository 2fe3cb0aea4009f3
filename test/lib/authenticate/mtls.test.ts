import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import type { MtlsOptions } from '../../../lib/authenticate/mtls/options.ts'
import { mtlsAuthenticator } from '../../../lib/authenticate/mtls.ts'
import { testClock } from '../../support/clock.ts'
import {
  AUTHORITY_USE,
  type CertificateRequest,
  CLIENT_USE,
  type IssuedCertificate,
  rootAuthority,
  SERVER_USE,
  skipWithoutOpenssl,
} from '../../support/pki.ts'
import { tlsClient, tlsGateway, tlsGet } from '../../support/tls-gateway.ts'

const NOW = Math.floor(Date.now() / 1000)
const CLIENTS = { 'spiffe://acme.test/orders': { clientId: 'orders', scopes: ['read:orders'], tenantId: 'acme' } }

suite('client certificates over TLS', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  // The same name, and another key.
  const evil = await rootAuthority()
  const server = await root.issue({ subject: '/CN=localhost', extensions: SERVER_USE })
  const clock = testClock(NOW)

  const options = (changes: Partial<MtlsOptions> = {}): MtlsOptions => ({
    authorities: root.cert,
    identity: { by: 'spiffe', trustDomains: ['acme.test'] },
    clients: CLIENTS,
    revocation: 'unchecked',
    now: clock.now,
    ...changes,
  })
  const gatewayWith = (changes: Partial<MtlsOptions> = {}, ca: readonly string[] = [root.cert]) =>
    tlsGateway({ cert: server.cert, key: server.key, ca: [...ca] }, mtlsAuthenticator(options(changes)))

  const gateway = await gatewayWith()

  async function refusal(certificate: IssuedCertificate, port = gateway.port): Promise<string | undefined> {
    const { status, reason } = await tlsGet(port, { cert: certificate.cert, key: certificate.key })
    assert.equal(status, 401)
    return reason
  }

  const named = (name: string): Partial<CertificateRequest> => ({
    extensions: [...CLIENT_USE, `subjectAltName=${name}`],
  })

  test('a certificate names its client', async () => {
    const good = await root.issue()
    const { status, forwarded } = await tlsGet(gateway.port, good)
    assert.equal(status, 200)
    assert.equal(forwarded['x-client-id'], 'orders')
    assert.equal(forwarded['x-tenant-id'], 'acme')
    assert.equal(forwarded['x-auth-method'], 'mtls')
  })

  test('none is no credential', async () => {
    const { status, reason } = await tlsGet(gateway.port)
    assert.deepEqual([status, reason], [401, 'no credential'])
  })

  test('of another authority of the same name: TLS does not take it, and neither do we', async () => {
    const forged = await evil.issue()
    assert.equal(await refusal(forged), 'certificate not authorized')
    const trusting = await gatewayWith({}, [root.cert, evil.cert])
    assert.equal(await refusal(forged, trusting.port), 'no path to an authority')
  })

  test('expired, and not yet valid', async () => {
    assert.equal(await refusal(await root.issue({ notAfter: NOW - 60 })), 'certificate not authorized')
    assert.equal(await refusal(await root.issue({ notBefore: NOW + 3_600 })), 'certificate not authorized')
  })

  test('for servers only', async () => {
    const serverOnly = await root.issue({
      extensions: ['extendedKeyUsage=serverAuth', 'subjectAltName=URI:spiffe://acme.test/orders'],
    })
    assert.equal(await refusal(serverOnly), 'certificate not authorized')
  })

  test('signed by a certificate that is no authority', async () => {
    const leaf = await root.issueAuthority({ extensions: CLIENT_USE })
    const below = await leaf.issue()
    assert.equal(await refusal({ ...below, cert: below.cert + leaf.cert }), 'certificate not authorized')
  })

  test('a common name only, two of them, and names of another kind', async () => {
    const sole = await root.issue({ subject: '/CN=spiffe:\\/\\/acme.test\\/orders', extensions: CLIENT_USE })
    assert.equal(await refusal(sole), 'no name of the kind asked for')
    for (const name of [
      'DNS:orders.acme.test',
      'email:orders@acme.test',
      'URI:spiffe://other.test/orders',
      'URI:spiffe://acme.test.evil.test/orders',
      'URI:https://acme.test/orders',
      'URI:spiffe://acme.test/orders,URI:spiffe://acme.test/admin',
      'DNS:spiffe\\://acme.test/orders',
    ]) {
      assert.equal(await refusal(await root.issue(named(name))), 'no name of the kind asked for', name)
    }
    assert.equal(await refusal(await root.issue(named('URI:spiffe://acme.test/admin'))), 'unknown client')
  })

  test('a connection that lives longer than its certificate', async () => {
    const good = await root.issue({ notAfter: NOW + 600 })
    const client = await tlsClient(gateway.port, good)
    assert.equal((await client.get()).status, 200)
    clock.set(NOW + 601)
    const late = await client.get()
    clock.set(NOW)
    assert.deepEqual([late.status, late.reason], [401, 'certificate expired'])
    assert.equal((await client.get()).status, 200)
  })

  test('a connection that lives longer than the authority of its certificate', async () => {
    const brief = await root.issueAuthority({ notAfter: NOW + 600 })
    const good = await brief.issue()
    const knowing = await gatewayWith({ intermediates: brief.cert })
    const client = await tlsClient(knowing.port, { cert: good.cert + brief.cert, key: good.key })
    assert.equal((await client.get()).status, 200)
    clock.set(NOW + 601)
    const late = await client.get()
    clock.set(NOW)
    assert.deepEqual([late.status, late.reason], [401, 'no path to an authority'])
  })

  test('a resumed session is judged like any other, though its chain is not sent again', async () => {
    const issuing = await root.issueAuthority()
    const good = await issuing.issue()
    const knowing = await gatewayWith({ intermediates: issuing.cert })
    const secret = { cert: good.cert + issuing.cert, key: good.key }
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = await tlsClient(knowing.port, { ...secret, maxVersion })
      let session = first.socket.getSession()
      first.socket.on('session', (ticket) => {
        session = ticket
      })
      assert.equal((await first.get()).status, 200)
      first.socket.destroy()
      const resumed = await tlsClient(knowing.port, { ...secret, maxVersion, session })
      assert.equal(resumed.socket.isSessionReused(), true, maxVersion)
      assert.equal((await resumed.get()).status, 200, maxVersion)
      clock.set(NOW + 30 * 86_400)
      assert.equal((await resumed.get()).reason, 'certificate expired')
      clock.set(NOW)
    }
  })

  test('each host has its authorities, and the host is that of the handshake', async () => {
    const partner = await rootAuthority({ subject: '/O=Partner/CN=Root' })
    const strict = await gatewayWith({ authoritiesByHost: { 'partners.example.test': partner.cert } }, [
      root.cert,
      partner.cert,
    ])
    const ours = await root.issue()
    const theirs = await partner.issue()
    const ask = (certificate: IssuedCertificate, servername: string, host = servername) =>
      tlsGet(strict.port, { ...certificate, servername }, [], host).then(({ status }) => status)
    assert.equal(await ask(ours, 'api.example.test'), 200)
    assert.equal(await ask(theirs, 'partners.example.test'), 200)
    assert.equal(await ask(theirs, 'api.example.test'), 401)
    assert.equal(await ask(ours, 'partners.example.test'), 401)
    for (const servername of ['PARTNERS.example.test', 'partners.example.test.']) {
      assert.equal(await ask(ours, servername, 'api.example.test'), 421, servername)
      assert.equal(await ask(theirs, servername, 'partners.example.test'), 200, servername)
    }
    assert.equal(await ask(theirs, '', 'api.example.test'), 401)
    assert.equal(await ask(ours, '', 'api.example.test'), 200)
  })

  test('a path has a depth', async () => {
    const first = await root.issueAuthority({ subject: '/CN=one' })
    const second = await first.issueAuthority({ subject: '/CN=two' })
    const good = await second.issue()
    const cert = good.cert + second.cert + first.cert
    const intermediates = first.cert + second.cert
    const deep = await gatewayWith({ intermediates })
    assert.equal((await tlsGet(deep.port, { cert, key: good.key })).status, 200)
    const shallow = await gatewayWith({ intermediates, maxIntermediates: 1 })
    assert.equal(await refusal({ ...good, cert }, shallow.port), 'no path to an authority')
  })

  test('authorities are read anew on request', async () => {
    const authenticator = mtlsAuthenticator(options({ authorities: [root.certFile] }))
    const other = await tlsGateway({ cert: server.cert, key: server.key, ca: [root.cert] }, authenticator)
    const good = await root.issue()
    const client = await tlsClient(other.port, good)
    assert.equal((await client.get()).status, 200)
    writeFileSync(root.certFile, evil.cert)
    try {
      await authenticator.refresh()
      assert.equal((await client.get()).reason, 'no path to an authority')
      writeFileSync(root.certFile, '')
      await assert.rejects(authenticator.refresh(), TypeError)
      assert.equal((await client.get()).reason, 'no path to an authority')
    } finally {
      writeFileSync(root.certFile, root.cert)
    }
  })

  test('what is not an authority certifies only itself', async () => {
    const pinned = await evil.issue({ extensions: [...AUTHORITY_USE.slice(0, 1), ...CLIENT_USE] })
    assert.equal(await refusal(pinned), 'certificate not authorized')
  })
})
