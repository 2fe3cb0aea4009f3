import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { OcspOptions, RevocationOptions } from '../../../lib/authenticate/mtls/revocation-options.ts'
import { mtlsAuthenticator } from '../../../lib/authenticate/mtls.ts'
import type { Fetch } from '../../../lib/effects.ts'
import { testClock } from '../../support/clock.ts'
import { unusedPort } from '../../support/free-port.ts'
import { ocspResponder, RESPONDER_USE } from '../../support/ocsp-responder.ts'
import { CLIENT_USE, rootAuthority, SERVER_USE, skipWithoutOpenssl } from '../../support/pki.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { tlsClient, tlsGateway } from '../../support/tls-gateway.ts'

const NOW = Math.floor(Date.now() / 1000)
const REFUSE: OcspOptions = { onFailure: 'refuse' }
const ACCEPT: OcspOptions = { onFailure: 'accept' }

suite('asking the responder of openssl', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const server = await root.issue({ subject: '/CN=localhost', extensions: SERVER_USE })
  const responder = await root.issue({ subject: '/CN=responder', extensions: RESPONDER_USE })
  const clock = testClock(NOW)
  const port = await unusedPort()
  const issue = (at = port) =>
    root.issue({
      extensions: [
        ...CLIENT_USE,
        'subjectAltName=URI:spiffe://acme.test/orders',
        `authorityInfoAccess=OCSP;URI:http://127.0.0.1:${at}`,
      ],
    })

  const optionsWith = (revocation: RevocationOptions) => ({
    authorities: root.cert,
    identity: { by: 'spiffe', trustDomains: ['acme.test'] } as const,
    clients: { 'spiffe://acme.test/orders': { clientId: 'orders' } },
    revocation: { warn: () => undefined, deadlineMs: 3_000, ...revocation },
    now: clock.now,
  })

  async function connectTo(revocation: RevocationOptions, certificate: Awaited<ReturnType<typeof issue>>) {
    const gateway = await tlsGateway({ ...server, ca: [root.cert] }, mtlsAuthenticator(optionsWith(revocation)))
    return tlsClient(gateway.port, certificate)
  }

  test('good, then revoked when the answer has ended; asked once until then', async () => {
    const certificate = await issue()
    const running = await ocspResponder(root, responder, ['-nmin', '5'], port)
    let asked = 0
    const fetch: Fetch = (url, init) => {
      asked++
      return globalThis.fetch(url, init)
    }
    const client = await connectTo({ ocsp: REFUSE, fetch }, certificate)
    assert.equal((await client.get()).status, 200)
    assert.equal((await client.get()).status, 200)
    assert.equal(asked, 1)
    await root.revoke(certificate)
    await running.stop()
    const renewed = await ocspResponder(root, responder, ['-nmin', '60'], port)
    clock.set(NOW + 400)
    const { status, reason } = await client.get()
    assert.deepEqual([status, reason], [401, 'certificate revoked'])
    clock.set(NOW)
    await renewed.stop()
  })

  test('an answer that is not to be had, or cannot be used: refused, or accepted, as the option says', async () => {
    const certificate = await issue()
    const answers: Record<string, Fetch> = {
      down: globalThis.fetch,
      html: async () => new Response('<html>'),
      'server error': async () => new Response('', { status: 500 }),
      'try later': async () => new Response(Buffer.from('30030a0103', 'hex')),
      silent: (_url, init) =>
        new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    }
    for (const [name, fetch] of Object.entries(answers)) {
      const deadlineMs = 300
      const hard = await connectTo({ ocsp: REFUSE, fetch, deadlineMs }, certificate)
      const first = await hard.get()
      assert.deepEqual([first.status, first.reason], [503, 'certificate status'], name)
      assert.equal((await hard.get()).status, 503, name)
      const soft = await connectTo({ ocsp: ACCEPT, fetch, deadlineMs }, certificate)
      assert.equal((await soft.get()).status, 200, name)
      assert.equal((await soft.get()).status, 200, name)
    }
  })

  test('with lists as well, both must be content, and a list is enough where the responder is down', async () => {
    const crls = [await root.list()]
    const certificate = await issue()
    const soft = await connectTo({ crls, ocsp: ACCEPT }, certificate)
    assert.equal((await soft.get()).status, 200)
    await root.revoke(certificate)
    const listed = await connectTo({ crls: [await root.list()], ocsp: ACCEPT }, certificate)
    assert.equal((await listed.get()).reason, 'certificate revoked')
  })

  test('a certificate that its responder does not know is refused', async () => {
    const stranger = await rootAuthority({ subject: '/O=Test/CN=Other' })
    const running = await ocspResponder(stranger, await stranger.issue({ extensions: RESPONDER_USE }), [], port)
    const lost = await connectTo({ ocsp: ACCEPT }, await issue())
    // Signed by nobody who may: no answer at all.
    assert.equal((await lost.get()).status, 200)
    await running.stop()
    const certificate = await issue()
    const own = await ocspResponder({ ...root, indexFile: stranger.indexFile }, responder, ['-nmin', '5'], port)
    const client = await connectTo({ ocsp: ACCEPT }, certificate)
    assert.equal((await client.get()).reason, 'certificate unknown to its responder')
    await own.stop()
  })

  test('only responders that are listed are asked', async () => {
    let asked = 0
    const fetch: Fetch = async () => {
      asked++
      return new Response('')
    }
    const ocsp: OcspOptions = { ...REFUSE, responders: ['http://ocsp.acme.test/'] }
    const client = await connectTo({ ocsp, fetch }, await issue())
    assert.equal((await client.get()).status, 503)
    assert.equal(asked, 0)
  })

  test('options are checked at boot', () => {
    const refused = (revocation: unknown, ...words: string[]) =>
      assertRefusedOption(
        () => mtlsAuthenticator({ ...optionsWith({}), revocation: untyped(revocation) }),
        'mtlsAuthenticator',
        ...words,
      )
    refused({}, 'crls')
    refused(undefined, 'unchecked')
    refused({ ocsp: {} }, 'onFailure')
    refused({ ocsp: { onFailure: 'ignore' } }, 'onFailure')
    refused({ ocsp: { ...REFUSE, responders: [] } }, 'responders')
    refused({ ocsp: { ...REFUSE, responders: ['file:///x'] } }, 'responders')
    refused({ ocsp: REFUSE, deadlineMs: 0 }, 'deadlineMs')
    refused({ ocsp: REFUSE, softFail: true }, 'softFail')
  })
})
