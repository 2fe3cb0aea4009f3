import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import { suite, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import type { ClientCertificate } from '../../lib/request-view.ts'
import { peerCertificateOf } from '../../middleware/peer-certificate.ts'
import { derOfPem, rootAuthority, SERVER_USE, skipWithoutOpenssl } from '../support/pki.ts'
import { serve } from '../support/serve.ts'
import { tlsClient } from '../support/tls-gateway.ts'

suite('the certificate of a connection', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const server = await root.issue({ extensions: SERVER_USE })
  const good = await root.issue()
  const seen: (ClientCertificate | undefined)[] = []
  const sockets: TLSSocket[] = []
  const tls = { cert: server.cert, key: server.key, ca: root.cert, requestCert: true, rejectUnauthorized: false }
  const port = await serve(
    createServer({ ...tls, maxVersion: 'TLSv1.2' }, (request, response) => {
      seen.push(peerCertificateOf(request.socket as TLSSocket))
      sockets.push(request.socket as TLSSocket)
      response.end('{}')
    }),
  )

  test('is one object for all of its requests, until there is another handshake', async () => {
    const client = await tlsClient(port, { ...good, servername: 'LOCALHOST.' })
    await client.get()
    await client.get()
    const [first, second] = seen.splice(0)
    assert.ok(first && first === second)
    assert.deepEqual(first.der, derOfPem(good.cert))
    assert.deepEqual([first.isAuthorized, first.serverName], [true, 'localhost'])
    await new Promise((resolve) => client.socket.renegotiate({}, resolve))
    await client.get()
    const [third] = seen.splice(0)
    assert.ok(third && third !== first)
    assert.deepEqual(third.der, first.der)
  })

  test('an error of a later handshake counts, though the first went well', async () => {
    const client = await tlsClient(port, good)
    await client.get()
    const [certificate] = seen.splice(0)
    assert.equal(certificate?.isAuthorized, true)
    Object.assign(sockets.at(-1) ?? {}, { authorizationError: 'CERT_HAS_EXPIRED' })
    assert.equal(certificate.isAuthorized, false)
  })

  test('of another authority it is there, and not authorized; without one it is not there', async () => {
    const forged = await (await rootAuthority()).issue()
    await (await tlsClient(port, { ...forged, servername: '' })).get()
    await (await tlsClient(port)).get()
    const [unauthorized, none] = seen.splice(0)
    assert.deepEqual([unauthorized?.isAuthorized, unauthorized?.serverName], [false, undefined])
    assert.ok(Array.isArray(unauthorized?.chain))
    assert.equal(none, undefined)
  })
})
