import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openKeyStore } from '../../../../lib/store/open-key-store.ts'
import { unusedPort } from '../../../support/free-port.ts'
import { keyRecord } from '../../../support/key-record.ts'
import { makeDatabase } from '../../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../support/postgres-server.ts'
import { silentServer } from '../../../support/silent-server.ts'

describe('with PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.remove())

  test('tables are made only when asked for', async () => {
    const url = await makeDatabase(server)
    await assert.rejects(openKeyStore(url), /holds no tables of keys; is it the right database\?/)
    await assert.rejects(openKeyStore(url), /holds no tables of keys/)
    const made = await openKeyStore(url, { create: true })
    assert.equal(made.isNew, true)
    await made.store.insert(keyRecord())
    await made.close()
    const again = await openKeyStore(url)
    assert.equal(again.isNew, false)
    assert.equal((await again.store.list({ limit: 9 })).length, 1)
    await again.close()
  })

  test('a database that is not there is said', async () => {
    const url = server.url.replace(/[^/]*$/, 'nowhere')
    await assert.rejects(openKeyStore(url, { create: true }), /the server has no such database/)
  })

  test('a server that goes away while nobody asks ends nothing', async () => {
    const { store, close } = await openKeyStore(await makeDatabase(server), { create: true })
    await store.list({ limit: 1 })
    await server.kill()
    await assert.rejects(async () => store.list({ limit: 1 }))
    await close()
    await server.start()
  })
})

test('where nothing listens, it says so without the password', async () => {
  await assert.rejects(openKeyStore(`postgres://u:sEcr3t@127.0.0.1:${await unusedPort()}/x`), (error: Error) => {
    return /127\.0\.0\.1:\d+\/x: nothing listens there/.test(error.message) && !error.message.includes('sEcr3t')
  })
})

test('a server that never answers is not waited for', async () => {
  const url = `postgres://u:sEcr3t@127.0.0.1:${await silentServer()}/x`
  await assert.rejects(openKeyStore(url, { timeoutMs: 100 }), /it gave no answer in time/)
})
