import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { mtlsAuthenticator } from '../../lib/authenticate/mtls.ts'
import { boundary } from '../../middleware/boundary.ts'
import { type TlsOptions, tlsOptions } from '../../middleware/tls-options.ts'
import { derOfPem, openssl, rootAuthority, SERVER_USE, skipWithoutOpenssl } from '../support/pki.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'
import { serve } from '../support/serve.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tlsClient, tlsGet } from '../support/tls-gateway.ts'

suite('settings of node:https', { skip: skipWithoutOpenssl }, async () => {
  const folder = temporaryFolder()
  const root = await rootAuthority()
  const server = await root.issue({ subject: '/CN=localhost', extensions: SERVER_USE })
  const good = await root.issue()
  const own: TlsOptions = { key: server.keyFile, cert: server.certFile }
  const gate = boundary({
    authenticate: mtlsAuthenticator({
      authorities: root.cert,
      identity: { by: 'spiffe', trustDomains: ['acme.test'] },
      clients: { 'spiffe://acme.test/orders': { clientId: 'orders' } },
      revocation: 'unchecked',
    }),
  })
  const serveWith = (options: TlsOptions) =>
    serve(createServer(tlsOptions(options), (request, response) => gate(request, response, () => response.end('{}'))))

  test('TLS 1.2 at least, and no second handshake', async () => {
    const port = await serveWith({ ...own, ca: root.certFile })
    await assert.rejects(tlsClient(port, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }))
    const client = await tlsClient(port, { ...good, maxVersion: 'TLSv1.2' })
    assert.equal((await client.get()).status, 200)
    const outcome = await new Promise((resolve) => {
      client.socket.once('close', () => resolve('closed'))
      client.socket.renegotiate({}, (error) => resolve(error ? 'refused' : 'done'))
    })
    assert.notEqual(outcome, 'done')
    const newer = await serveWith({ ...own, ca: root.certFile, minVersion: 'TLSv1.3' })
    await assert.rejects(tlsClient(newer, { maxVersion: 'TLSv1.2' }))
  })

  test('optional: the boundary decides; required: TLS does, also by the lists', async () => {
    const optional = await serveWith({ ...own, ca: root.cert })
    assert.equal((await tlsGet(optional)).status, 401)
    assert.equal((await tlsGet(optional, good)).status, 200)
    const required = await serveWith({ ...own, ca: root.cert, clientCertificates: 'required' })
    await assert.rejects(tlsGet(required))
    assert.equal((await tlsGet(required, good)).status, 200)
    const bad = await root.issue()
    await root.revoke(bad)
    const listing = await serveWith({ ...own, ca: root.cert, crl: await root.list(), clientCertificates: 'required' })
    await assert.rejects(tlsGet(listing, bad))
    assert.equal((await tlsGet(listing, good)).status, 200)
  })

  test('without authorities no certificate is asked for', async () => {
    assert.equal(tlsOptions(own).requestCert, false)
    assert.equal((await tlsGet(await serveWith(own), good)).status, 401)
  })

  test('DER and PEM, texts and files', async () => {
    const settings = tlsOptions({
      key: server.key,
      cert: derOfPem(server.cert),
      ca: [derOfPem(root.cert), root.certFile],
    })
    assert.equal(settings.cert, server.cert)
    assert.deepEqual(settings.ca, [root.cert, root.cert])
  })

  test('what is missing, empty, garbage, a folder or something else is refused at boot', async () => {
    const empty = join(folder, 'empty.pem')
    const garbage = join(folder, 'garbage.pem')
    writeFileSync(empty, '')
    writeFileSync(garbage, 'garbage')
    const refused = (options: unknown, ...words: string[]) =>
      assertRefusedOption(() => tlsOptions(untyped(options)), 'tlsOptions', ...words)
    for (const source of [join(folder, 'missing.pem'), empty, garbage, folder, server.keyFile, '', [], undefined]) {
      if (source !== undefined) refused({ ...own, ca: source }, 'ca')
      refused({ ...own, cert: source }, 'cert')
    }
    for (const key of [join(folder, 'missing.pem'), empty, garbage, folder, server.certFile, '']) {
      refused({ ...own, key }, 'key')
    }
    refused({ ...own, key: good.keyFile }, 'not the key')
    refused({ ...own, ca: root.cert, crl: garbage }, 'crl')
    const other = await rootAuthority({ subject: '/CN=Other' })
    refused({ ...own, ca: root.cert, crl: await other.list() }, 'crl', 'no known authority')
    refused({ ...own, ca: [root.cert, other.cert], crl: await root.list() }, 'every authority')
    refused({ ...own, crl: await root.list() }, 'ca')
    refused({ ...own, clientCertificates: 'required' }, 'ca')
    refused({ ...own, ca: root.cert, clientCertificates: 'maybe' }, 'clientCertificates')
    refused({ ...own, minVersion: 'TLSv1' }, 'minVersion')
    refused({ ...own, ticketKeys: Buffer.alloc(16) }, 'ticketKeys')
    refused({ ...own, sessionSeconds: 0 }, 'sessionSeconds')
    refused({ ...own, rejectUnauthorized: false }, 'rejectUnauthorized')
    const locked = join(folder, 'locked.key')
    await openssl('pkey', '-in', server.keyFile, '-aes256', '-passout', 'pass:secret', '-out', locked)
    refused({ ...own, key: locked }, 'passphrase')
  })
})
