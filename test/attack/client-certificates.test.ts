import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:https'
import { suite, test } from 'node:test'
import {
  anyOf,
  apiKeyAuthenticator,
  boundary,
  jwtAuthenticator,
  memoryKeyStore,
  mtlsAuthenticator,
  tlsOptions,
} from 'gatewarden'
import { CLIENT_USE, derOfPem, rootAuthority, SERVER_USE, skipWithoutOpenssl } from '../support/pki.ts'
import { serve } from '../support/serve.ts'
import { tlsClient, tlsGet } from '../support/tls-gateway.ts'

suite('a gateway that knows its clients by certificates', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const server = await root.issue({ extensions: SERVER_USE })
  const good = await root.issue({ extensions: [...CLIENT_USE, 'subjectAltName=DNS:alice.acme.test'] })
  const gate = boundary({
    authenticate: anyOf(
      mtlsAuthenticator({
        authorities: root.cert,
        identity: { by: 'dns' },
        clients: { 'alice.acme.test': { clientId: 'alice' } },
        revocation: { crls: [await root.list()] },
      }),
      apiKeyAuthenticator({ keys: memoryKeyStore(), environments: ['live'] }),
      jwtAuthenticator({ issuer: 'https://login.acme.test', audience: 'https://api.acme.test', algorithms: ['ES256'] }),
    ),
    identity: { certificate: true },
  })
  const tls = tlsOptions({ key: server.key, cert: server.cert, ca: root.cert })
  const port = await serve(
    createServer(tls, (request, response) => {
      gate(request, response, () => response.end(JSON.stringify(request.headers)))
    }),
  )

  test('tells the upstream what a proxy would, and nothing that the client says of it', async () => {
    const forged = ['X-Client-CN: admin', 'X_Client_Verify: SUCCESS', 'X-Client-Serial: 1', 'X-Client-ID: admin']
    const { status, forwarded } = await tlsGet(port, good, forged)
    assert.equal(status, 200)
    assert.equal(forwarded['x-client-cn'], 'orders')
    assert.equal(forwarded['x-client-verify'], 'SUCCESS')
    assert.match(forwarded['x-client-serial'] ?? '', /^9A00FE/)
    assert.equal(forwarded['x-client-id'], 'alice')
    assert.equal(forwarded.x_client_verify, undefined)
  })

  test('does not take what everybody can know of a certificate for the certificate', async () => {
    const der = derOfPem(good.cert)
    const fingerprint = createHash('sha256').update(der).digest('hex')
    for (const header of [
      `X-API-Key: ${fingerprint}`,
      `Authorization: Bearer ${fingerprint}`,
      `Client-Cert: :${der.toString('base64')}:`,
      `X-Forwarded-Client-Cert: Hash=${fingerprint};Cert="${encodeURIComponent(good.cert)}"`,
      `X-SSL-Client-Cert: ${encodeURIComponent(good.cert)}`,
    ]) {
      assert.equal((await tlsGet(port, {}, [header])).status, 401, header.slice(0, 30))
    }
  })

  test('a bad token is not rescued by a good certificate', async () => {
    assert.equal((await tlsGet(port, good, ['X-API-Key: sk_live_wrong'])).status, 401)
  })

  test('a name in a certificate is whole, whatever it looks like', async () => {
    for (const name of [
      'foo.acme, DNS:alice.acme.test',
      'alice.acme.test\0.evil.test',
      '*.acme.test',
      'alice.acme.test.evil',
    ]) {
      const value = Buffer.concat([Buffer.from([0x30, name.length + 2, 0x82, name.length]), Buffer.from(name)])
      const evil = await root.issue({ extensions: [...CLIENT_USE, `subjectAltName=DER:${value.toString('hex')}`] })
      assert.equal((await tlsGet(port, evil)).status, 401, JSON.stringify(name))
    }
    const commonName = await root.issue({ subject: '/CN=alice.acme.test', extensions: CLIENT_USE })
    assert.equal((await tlsGet(port, commonName)).status, 401)
  })

  test('the host of a request is that of its handshake, in whatever spelling', async () => {
    const client = await tlsClient(port, { ...good, servername: 'API.example.test' })
    assert.equal((await client.get([], 'api.example.test')).status, 200)
    for (const host of ['partners.example.test', 'PARTNERS.example.test.', 'localhost:8443']) {
      assert.equal((await client.get([], host)).status, 421, host)
    }
  })
})
