import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import { encodingOf, open, readDer, TAG } from '../../../lib/authenticate/mtls/der.ts'
import { encode } from '../../../lib/authenticate/mtls/der-writer.ts'
import type { MtlsOptions } from '../../../lib/authenticate/mtls/options.ts'
import { mtlsAuthenticator } from '../../../lib/authenticate/mtls.ts'
import { boundary } from '../../../middleware/boundary.ts'
import { skipWithoutNginx, startNginx } from '../../support/nginx-server.ts'
import {
  AUTHORITY_USE,
  CLIENT_USE,
  derOfPem,
  type IssuedCertificate,
  rootAuthority,
  SERVER_USE,
  skipWithoutOpenssl,
} from '../../support/pki.ts'
import { sendRequestLines, statusOf } from '../../support/raw-tcp.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { serve } from '../../support/serve.ts'
import { tlsGet } from '../../support/tls-gateway.ts'

type Forwarded = NonNullable<MtlsOptions['forwarded']>
const PEERS = ['127.0.0.1']

/** The fields of what is signed of a certificate, as encoded. */
function tbsFields(der: Uint8Array): readonly Uint8Array[] {
  const fields = open(open(readDer(der)).take())
  const found: Uint8Array[] = []
  while (!fields.isAtEnd) found.push(encodingOf(fields.take()))
  return found
}

suite('certificates that proxies pass on', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const evil = await rootAuthority()
  const issuing = await root.issueAuthority()
  const good = await root.issue()
  const below = await issuing.issue()

  const authenticatorWith = (forwarded: Forwarded, changes: Partial<MtlsOptions> = {}) =>
    mtlsAuthenticator({
      authorities: root.cert,
      identity: { by: 'spiffe', trustDomains: ['acme.test'] },
      clients: { 'spiffe://acme.test/orders': { clientId: 'orders' } },
      revocation: 'unchecked',
      forwarded,
      ...changes,
    })

  async function gatewayWith(forwarded: Forwarded, changes: Partial<MtlsOptions> = {}): Promise<number> {
    const gate = boundary({ authenticate: authenticatorWith(forwarded, changes) })
    const server = createServer((request, response) => {
      gate(request, response, () => response.end(JSON.stringify(request.headers)))
    })
    return serve(server)
  }

  async function statusWith(port: number, ...headers: readonly string[]): Promise<number> {
    return statusOf(await sendRequestLines(port, { target: '/orders', headers }))
  }

  const bytes = (pem: string) => `:${derOfPem(pem).toString('base64')}:`
  const escaped = (pem: string) => encodeURIComponent(pem)
  /** AWS leaves these three as they are. */
  const awsEscaped = (pem: string) => escaped(pem).replace(/%2B/g, '+').replace(/%3D/g, '=').replace(/%2F/g, '/')
  const hash = (pem: string) => createHash('sha256').update(derOfPem(pem)).digest('hex')

  test('RFC 9440', async () => {
    const port = await gatewayWith({ format: 'rfc9440', peers: PEERS })
    assert.equal(await statusWith(port, `Client-Cert: ${bytes(good.cert)}`), 200)
    const chain = `Client-Cert-Chain: ${bytes(issuing.cert)}, ${bytes(root.cert)}`
    assert.equal(await statusWith(port, `Client-Cert: ${bytes(below.cert)}`), 401)
    assert.equal(await statusWith(port, `Client-Cert: ${bytes(below.cert)}`, chain), 200)
    assert.equal(await statusWith(port), 401)
    assert.equal(await statusWith(port, 'Client-Cert:'), 401)
    for (const value of [
      'garbage',
      bytes(good.cert).slice(0, -9),
      '::',
      `${bytes(good.cert)}, ${bytes(good.cert)}`,
      '"x"',
    ]) {
      assert.equal(await statusWith(port, `Client-Cert: ${value}`), 401, value.slice(0, 20))
    }
    assert.equal(await statusWith(port, `Client-Cert: ${bytes(good.cert)}`, `Client-Cert: ${bytes(good.cert)}`), 400)
    assert.equal(await statusWith(port, `Client-Cert: ${bytes(good.cert)}`, 'Client-Cert-Chain: junk='), 401)
  })

  test('Envoy: the element of the proxy before us, and no other', async () => {
    const port = await gatewayWith({ format: 'envoy', peers: PEERS })
    const ours = `By=spiffe://acme.test/gateway;Hash=${hash(good.cert)};Cert="${escaped(good.cert)}";Subject="CN=a\\"b,O=c;d"`
    const forged = `Cert="${escaped((await evil.issue()).cert)}"`
    const send = (value: string) => statusWith(port, `X-Forwarded-Client-Cert: ${value}`)
    assert.equal(await send(`${ours};URI=spiffe://acme.test/orders`), 200)
    assert.equal(await send(`${forged},${ours}`), 200)
    assert.equal(await send(`${ours}, ${forged}`), 401)
    assert.equal(await send(`Chain="${escaped(below.cert + issuing.cert)}"`), 200)
    for (const value of [
      'By=..;Hash=..;Subject="CN=orders"',
      `Hash=${hash(root.cert)};Cert="${escaped(good.cert)}"`,
      `Cert="${escaped(good.cert)}";Cert="${escaped(good.cert)}"`,
      `Cert="${escaped(good.cert)}`,
      `Subject="x;Cert="${escaped(good.cert)}"`,
      `Cert="${escaped(good.cert)}";Chain="${escaped(below.cert + issuing.cert)}"`,
      `Cert="${escaped(good.cert)}";`,
      'Cert="%zz"',
    ]) {
      assert.equal(await send(value), 401, value.slice(0, 40))
    }
  })

  test('AWS, both modes', async () => {
    const verify = await gatewayWith({ format: 'aws-alb-verify', peers: PEERS })
    assert.equal(await statusWith(verify, `X-Amzn-Mtls-Clientcert-Leaf: ${awsEscaped(good.cert)}`), 200)
    assert.equal(await statusWith(verify, 'X-Amzn-Mtls-Clientcert-Subject: CN=orders'), 401)
    assert.equal(await statusWith(verify, `X-Amzn-Mtls-Clientcert: ${awsEscaped(good.cert)}`), 401)
    const passthrough = await gatewayWith({ format: 'aws-alb-passthrough', peers: PEERS })
    const send = (pem: string) => statusWith(passthrough, `X-Amzn-Mtls-Clientcert: ${awsEscaped(pem)}`)
    assert.equal(await send(good.cert), 200)
    assert.equal(await send(below.cert + issuing.cert), 200)
    assert.equal(await send((await evil.issue()).cert), 401)
    assert.equal(await send(issuing.cert + below.cert), 401)
  })

  test('the proxy may not have looked: dates, purposes, depths and signatures are checked here', async () => {
    const port = await gatewayWith({ format: 'aws-alb-passthrough', peers: PEERS })
    const refused = async (certificate: IssuedCertificate, ...chain: readonly IssuedCertificate[]) => {
      const pem = [certificate, ...chain].map(({ cert }) => cert).join('')
      assert.equal(await statusWith(port, `X-Amzn-Mtls-Clientcert: ${awsEscaped(pem)}`), 401)
    }
    const now = Math.floor(Date.now() / 1000)
    await refused(await root.issue({ notAfter: now - 60 }))
    await refused(await root.issue({ notBefore: now + 3_600 }))
    const uri = 'subjectAltName=URI:spiffe://acme.test/orders'
    await refused(await root.issue({ extensions: ['extendedKeyUsage=serverAuth', uri] }))
    await refused(await root.issue({ extensions: ['extendedKeyUsage=anyExtendedKeyUsage', uri] }))
    await refused(await root.issue({ extensions: ['keyUsage=critical,keyEncipherment', uri] }))
    await refused(await root.issue({ extensions: [...CLIENT_USE, uri, '1.2.3.4=critical,DER:0500'] }))
    await refused(await root.issue({ extensions: [...AUTHORITY_USE, uri] }))
    await refused(await root.issue({ key: ['rsa:1024'] }))
    await refused(await root.issue({ digest: 'sha1' }))
    const leaf = await root.issueAuthority({ extensions: CLIENT_USE })
    await refused(await leaf.issue(), leaf)
    const unsigning = await root.issueAuthority({
      extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=cRLSign'],
    })
    await refused(await unsigning.issue(), unsigning)
    const expired = await root.issueAuthority({ notAfter: now - 60 })
    await refused(await expired.issue(), expired)
    const servers = await root.issueAuthority({ extensions: [...AUTHORITY_USE, 'extendedKeyUsage=serverAuth'] })
    await refused(await servers.issue(), servers)
    const constrained = await root.issueAuthority({
      extensions: [...AUTHORITY_USE, 'nameConstraints=critical,permitted;DNS:other.test'],
    })
    await refused(await constrained.issue(), constrained)
    const ends = await root.issueAuthority({
      subject: '/CN=ends',
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', ...AUTHORITY_USE.slice(1)],
    })
    const tooDeep = await ends.issueAuthority({ subject: '/CN=deep' })
    await refused(await tooDeep.issue(), tooDeep, ends)
    const allowed = await ends.issue()
    assert.equal(await statusWith(port, `X-Amzn-Mtls-Clientcert: ${awsEscaped(allowed.cert + ends.cert)}`), 200)
  })

  test('what anybody may have made up is refused, and fails nothing: keys of no kind, object identifiers without end', async () => {
    const port = await gatewayWith({ format: 'aws-alb-passthrough', peers: PEERS })
    const chainOf = (...ders: readonly Uint8Array[]) =>
      ders.map(
        (der) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`,
      )
    const send = (...ders: readonly Uint8Array[]) =>
      statusWith(port, `X-Amzn-Mtls-Clientcert: ${awsEscaped(chainOf(...ders).join(''))}`)
    const der = derOfPem(good.cert)
    const EC = Buffer.from('2a8648ce3d0201', 'hex')
    const unknown = Buffer.from(der)
    unknown[unknown.indexOf(EC) + EC.length - 1] = 0x7f
    assert.equal(await send(der), 200)
    assert.equal(await send(unknown), 401)
    assert.equal(await send(der, unknown), 200)
    const name = (oid: Uint8Array, text: string) => {
      const attribute = encode(TAG.sequence, encode(TAG.objectIdentifier, oid), encode(0x0c, Buffer.from(text)))
      return encode(TAG.sequence, encode(TAG.set, attribute))
    }
    const CN = Buffer.from('550403', 'hex')
    for (const [oid, text] of [
      [Buffer.concat([Buffer.alloc(8_000, 0x81), Buffer.of(0x01)]), 'orders'],
      [CN, `a${'\u0301\u0323'.repeat(2_000)}`],
    ] as const) {
      const [first = Buffer.of(), ...rest] = tbsFields(der)
      const [serial = Buffer.of(), algorithm = Buffer.of(), , ...others] = rest
      const body = encode(TAG.sequence, first, serial, algorithm, name(oid, text), ...others)
      const forged = encode(TAG.sequence, body, algorithm, encode(TAG.bitString, Buffer.alloc(71)))
      assert.equal(await send(forged), 401)
    }
  })

  test('from whoever is no peer such headers say nothing, under any spelling, and never go on', async () => {
    const headers = [
      `Client-Cert: ${bytes(good.cert)}`,
      `X-Client-Cert: ${escaped(good.cert)}`,
      `X_SSL_CERT: ${escaped(good.cert)}`,
      `X-SSL-Client-Cert: ${escaped(good.cert)}`,
      `X-Forwarded-Client-Cert: By=..;Hash=..;Cert="${escaped(good.cert)}";Subject="CN=alice"`,
      `X-Amzn-Mtls-Clientcert: ${awsEscaped(good.cert)}`,
      `X-Amzn-Mtls-Clientcert-Leaf: ${awsEscaped(good.cert)}`,
      'X-Client-CN: alice',
      'X-Client-Verify: SUCCESS',
    ]
    for (const format of ['rfc9440', 'nginx', 'envoy', 'aws-alb-verify', 'aws-alb-passthrough'] as const) {
      const port = await gatewayWith({ format, peers: ['192.0.2.1'] })
      assert.equal(await statusWith(port, ...headers), 401, format)
      assert.equal(await statusWith(port, ...headers, 'X-Forwarded-For: 192.0.2.1'), 401, format)
    }
    const gate = boundary({
      authenticate: authenticatorWith({ format: 'rfc9440', peers: PEERS }),
      routes: [{ path: '/**', public: true }],
    })
    const port = await serve(
      createServer((request, response) =>
        gate(request, response, () => response.end(request.rawHeaders.filter((_, index) => index % 2 === 0).join())),
      ),
    )
    const received = await sendRequestLines(port, { target: '/orders', headers })
    assert.equal(statusOf(received), 200)
    assert.doesNotMatch(received.split('\r\n\r\n')[1] ?? '', /cert|client/i)
  })

  test('real nginx in front', { skip: skipWithoutNginx }, async () => {
    const server = await root.issue({ subject: '/CN=localhost', extensions: SERVER_USE })
    const port = await gatewayWith({ format: 'nginx', peers: PEERS }, { intermediates: issuing.cert })
    const nginx = await startNginx([
      `ssl_certificate ${server.certFile};`,
      `ssl_certificate_key ${server.keyFile};`,
      'ssl_verify_client optional_no_ca;',
      `location / { proxy_pass http://127.0.0.1:${port};`,
      'proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert; }',
    ])
    const ask = async (options: { readonly cert?: string; readonly key?: string }, ...headers: string[]) => {
      const { status, forwarded } = await tlsGet(nginx, options, headers)
      return [status, forwarded['x-client-id']]
    }
    assert.deepEqual(await ask(good), [200, 'orders'])
    assert.deepEqual(await ask({ cert: below.cert + issuing.cert, key: below.key }), [200, 'orders'])
    assert.deepEqual(await ask(await evil.issue()), [401, undefined])
    assert.deepEqual(await ask({}), [401, undefined])
    assert.deepEqual(await ask({}, `X-SSL-Client-Cert: ${escaped(good.cert)}`), [401, undefined])
  })

  test('options are checked at boot', () => {
    const refused = (forwarded: unknown, ...words: string[]) =>
      assertRefusedOption(() => authenticatorWith(untyped(forwarded)), 'mtlsAuthenticator.forwarded', ...words)
    refused({ format: 'apache', peers: PEERS }, 'format')
    refused({ format: 'envoy' }, 'peers')
    refused({ format: 'envoy', peers: [] }, 'peers')
    refused({ format: 'envoy', peers: ['0.0.0.0/0'] }, 'every client')
    refused({ format: 'envoy', peers: PEERS, header: 'X-Other' }, 'header')
    refused({ format: 'nginx', peers: PEERS, header: 'X_Cert' }, 'header')
    refused({ format: 'nginx', peers: PEERS, trust: true }, 'trust')
  })
})
