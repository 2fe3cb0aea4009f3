import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { RevocationOptions } from '../../../lib/authenticate/mtls/revocation-options.ts'
import { mtlsAuthenticator } from '../../../lib/authenticate/mtls.ts'
import { testClock } from '../../support/clock.ts'
import { AUTHORITY_USE, rootAuthority, SERVER_USE, skipWithoutOpenssl } from '../../support/pki.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'
import { serve } from '../../support/serve.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { tlsClient, tlsGateway, tlsGet } from '../../support/tls-gateway.ts'

const NOW = Math.floor(Date.now() / 1000)

suite('revoked client certificates', { skip: skipWithoutOpenssl }, async () => {
  const root = await rootAuthority()
  const server = await root.issue({ subject: '/CN=localhost', extensions: SERVER_USE })
  const folder = temporaryFolder()
  const clock = testClock(NOW)

  const authenticatorWith = (revocation: RevocationOptions | 'unchecked', intermediates?: string) =>
    mtlsAuthenticator({
      authorities: root.cert,
      ...(intermediates === undefined ? {} : { intermediates }),
      identity: { by: 'spiffe', trustDomains: ['acme.test'] },
      clients: { 'spiffe://acme.test/orders': { clientId: 'orders' } },
      revocation: revocation === 'unchecked' ? revocation : { warn: () => undefined, ...revocation },
      now: clock.now,
    })
  const gatewayWith = (authenticate: ReturnType<typeof authenticatorWith>, ticketKeys?: Buffer) =>
    tlsGateway({ ...server, ca: [root.cert], ...(ticketKeys ? { ticketKeys } : {}) }, authenticate)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }

  test('a certificate that is revoked while its connection is open is refused from then on', async () => {
    const listFile = file('live.crl', await root.list())
    const authenticator = authenticatorWith({ crls: [listFile] })
    const { port } = await gatewayWith(authenticator)
    const bad = await root.issue()
    const client = await tlsClient(port, bad)
    assert.equal((await client.get()).status, 200)
    await root.revoke(bad)
    file('live.crl', await root.list())
    await authenticator.refresh()
    const { status, reason } = await client.get()
    assert.deepEqual([status, reason], [401, 'certificate revoked'])
    const { port: unchecked } = await gatewayWith(authenticatorWith('unchecked'))
    assert.equal((await tlsGet(unchecked, bad)).status, 200)
  })

  test('nor does a resumed session help, with ticket keys that a fleet shares', async () => {
    const listFile = file('resumed.crl', await root.list())
    const authenticator = authenticatorWith({ crls: [listFile] })
    const { port } = await gatewayWith(authenticator, Buffer.alloc(48, 7))
    const bad = await root.issue()
    const first = await tlsClient(port, bad)
    let session: Buffer | undefined
    first.socket.on('session', (ticket) => {
      session = ticket
    })
    assert.equal((await first.get()).status, 200)
    await root.revoke(bad)
    file('resumed.crl', await root.list())
    await authenticator.refresh()
    const resumed = await tlsClient(port, { ...bad, session })
    assert.equal(resumed.socket.isSessionReused(), true)
    const { status, reason } = await resumed.get()
    assert.deepEqual([status, reason], [401, 'certificate revoked'])
  })

  test('a list that is out of date decides nothing: 503, until there is a newer one', async () => {
    const listFile = file('stale.crl', await root.list({ nextUpdate: NOW + 600 }))
    const authenticator = authenticatorWith({ crls: [listFile] })
    const { port } = await gatewayWith(authenticator)
    const good = await root.issue()
    const client = await tlsClient(port, good)
    assert.equal((await client.get()).status, 200)
    clock.set(NOW + 601)
    const late = await client.get()
    assert.deepEqual([late.status, late.reason], [503, 'revocation list'])
    file('stale.crl', await root.list({ thisUpdate: NOW, nextUpdate: NOW + 6_000 }))
    clock.set(NOW + 620)
    assert.equal((await client.get()).status, 200)
    clock.set(NOW)
  })

  test('every authority on the way has a list', async () => {
    const issuing = await root.issueAuthority()
    const good = await issuing.issue()
    const chain = { cert: good.cert + issuing.cert, key: good.key }
    const rootList = await root.list()
    const half = await gatewayWith(authenticatorWith({ crls: [rootList] }, issuing.cert))
    assert.equal((await tlsGet(half.port, chain)).status, 503)
    const whole = await gatewayWith(authenticatorWith({ crls: [rootList, await issuing.list()] }, issuing.cert))
    assert.equal((await tlsGet(whole.port, chain)).status, 200)
    await root.revoke(issuing)
    const crls = [await root.list(), await issuing.list()]
    const cut = await gatewayWith(authenticatorWith({ crls }, issuing.cert))
    assert.equal((await tlsGet(cut.port, chain)).reason, 'certificate revoked')
  })

  test('lists from a URL: fetched at first use, refreshed before they are out of date, never replaced by an older one', async () => {
    const lists = [await root.list({ thisUpdate: NOW - 100, nextUpdate: NOW + 1_000 })]
    let fetches = 0
    let failing = false
    const port = await serve((_request, response) => {
      fetches++
      if (failing) response.writeHead(500)
      response.end(failing ? '' : lists.at(-1))
    })
    const url = `http://127.0.0.1:${port}/root.crl`
    const warnings: string[] = []
    const authenticator = authenticatorWith({ crls: [url], warn: (message) => warnings.push(message) })
    assert.equal(fetches, 0)
    const { port: gateway } = await gatewayWith(authenticator)
    const good = await root.issue()
    const client = await tlsClient(gateway, good)
    assert.equal((await client.get()).status, 200)
    assert.equal((await client.get()).status, 200)
    assert.equal(fetches, 1)
    failing = true
    clock.set(NOW + 301)
    assert.equal((await client.get()).status, 200)
    await assert.rejects(authenticator.refresh(), { name: 'DependencyError' })
    clock.set(NOW + 1_001)
    assert.equal((await client.get()).status, 503)
    failing = false
    lists.push(await root.list({ thisUpdate: NOW - 200, nextUpdate: NOW + 5_000 }))
    clock.set(NOW + 1_050)
    assert.equal((await client.get()).status, 503)
    assert.ok(warnings.some((warning) => warning.includes('older')))
    lists.push(await root.list({ thisUpdate: NOW, nextUpdate: NOW + 5_000 }))
    clock.set(NOW + 1_100)
    assert.equal((await client.get()).status, 200)
    clock.set(NOW)
  })

  test('what is no list of an authority is refused at boot, and says why', async () => {
    const other = await rootAuthority()
    const refused = (crls: readonly string[], ...words: string[]) =>
      assertRefusedOption(() => authenticatorWith({ crls }), 'mtlsAuthenticator', 'crls', ...words)
    refused([], 'at least one')
    refused([join(folder, 'missing.crl')], 'missing.crl')
    refused([folder], 'cannot be read')
    refused([file('empty.crl', '')], 'holds no list')
    refused([file('garbage.crl', 'garbage')], 'holds no list')
    refused([root.cert], 'holds no list')
    refused([await other.list()], 'no known authority')
    refused(['https://user:secret@crl.example.test/x.crl'], 'credentials')
    const unsigning = await root.issueAuthority({
      subject: '/CN=unsigning',
      extensions: [...AUTHORITY_USE.slice(0, 1), 'keyUsage=critical,keyCertSign'],
    })
    const its = await unsigning.list()
    assertRefusedOption(() => authenticatorWith({ crls: [its] }, unsigning.cert), 'no known authority')
  })
})
