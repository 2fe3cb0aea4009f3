import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import { type TlsOptions, tlsOptions } from '../../middleware/tls-options.ts'
import { tlsReload } from '../../middleware/tls-reload.ts'
import { manualSchedule } from '../support/manual-schedule.ts'
import { rootAuthority, SERVER_USE, skipWithoutOpenssl } from '../support/pki.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'
import { serve } from '../support/serve.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type TlsClient, tlsClient } from '../support/tls-gateway.ts'

suite('a server that takes new settings while it runs', { skip: skipWithoutOpenssl }, async () => {
  const folder = temporaryFolder()
  const [caFile, listFile] = [join(folder, 'ca.pem'), join(folder, 'ca.crl')]
  const root = await rootAuthority()
  const other = await rootAuthority({ subject: '/CN=Other' })
  const server = await root.issue({ subject: '/CN=localhost', extensions: SERVER_USE })
  const good = await root.issue()
  const tls: TlsOptions = { key: server.keyFile, cert: server.certFile, ca: caFile, crl: listFile }

  async function start() {
    writeFileSync(caFile, root.cert)
    writeFileSync(listFile, await root.list())
    const running = createServer(tlsOptions(tls), ({ socket }, response) => {
      const { authorized, authorizationError } = socket as TLSSocket
      response.end(JSON.stringify({ authorized, error: String(authorizationError) }))
    })
    return { running, port: await serve(running) }
  }
  const isAuthorized = async (client: TlsClient) => (await client.get()).forwarded.authorized

  test('a list by call; open connections stay, and a session of before is not resumed', async () => {
    const { running, port } = await start()
    const bad = await root.issue()
    const first = await tlsClient(port, bad)
    const ticket = once(first.socket, 'session')
    assert.equal(await isAuthorized(first), true)
    const [session] = await ticket
    await root.revoke(bad)
    writeFileSync(listFile, await root.list())
    let told = 0
    const reloader = tlsReload(running, tls, { onReload: () => void told++ })
    await reloader.reload()
    assert.equal(told, 1)
    const resumed = await tlsClient(port, { ...bad, session })
    assert.equal(resumed.socket.isSessionReused(), false)
    assert.equal(await isAuthorized(resumed), false)
    assert.equal(await isAuthorized(await tlsClient(port, good)), true)
    assert.equal(await isAuthorized(first), true)
  })

  test('authorities by looking at the files, and what cannot be used changes nothing', async () => {
    const { running, port } = await start()
    const manual = manualSchedule()
    const warnings: string[] = []
    const { schedule } = manual
    const look = async () => {
      manual.run()
      while (manual.delays().length === 0) await setImmediate()
    }
    const reloader = tlsReload(running, tls, { everySeconds: 60, schedule, warn: (text) => warnings.push(text) })
    assert.deepEqual(manual.delays(), [60_000])
    writeFileSync(caFile, 'garbage')
    await look()
    assert.equal(warnings.length, 1)
    assert.equal(await isAuthorized(await tlsClient(port, good)), true)
    await assert.rejects(reloader.reload(), TypeError)
    writeFileSync(caFile, other.cert)
    writeFileSync(listFile, await other.list())
    await look()
    assert.equal(warnings.length, 1)
    assert.equal(await isAuthorized(await tlsClient(port, good)), false)
    assert.equal(await isAuthorized(await tlsClient(port, await other.issue())), true)
    reloader.stop()
    assert.deepEqual(manual.delays(), [])
  })

  test('options are checked', async () => {
    const { running } = await start()
    assertRefusedOption(() => tlsReload(untyped({}), tls), 'tlsReload', 'node:https')
    assertRefusedOption(() => tlsReload(running, tls, { everySeconds: 0 }), 'tlsReload', 'everySeconds')
    assertRefusedOption(() => tlsReload(running, tls, untyped({ every: 1 })), 'tlsReload', 'every')
    assertRefusedOption(() => tlsReload(running, { ...tls, key: 'missing' }), 'tlsOptions', 'missing')
  })
})
