import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openKeyStore } from '../../../lib/store/open-key-store.ts'
import { openSecretStore } from '../../../lib/store/open-secret-store.ts'
import { sharedKeyRecord } from '../../contract/secret-store.ts'
import { makeDatabase } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function insertAndFindAgain(url: string, create = false): Promise<void> {
  const first = await openSecretStore(url, { create })
  assert.equal(first.isNew, create)
  await first.store.insert(sharedKeyRecord())
  await first.close()
  const second = await openSecretStore(url)
  assert.deepEqual({ ...(await second.store.find('hk_1')) }, sharedKeyRecord())
  await second.close()
}

test('in SQLite: a file that is not there is a mistake, unless it is to be made; one of keys will do', async () => {
  const folder = temporaryFolder()
  const url = `sqlite:${join(folder, 'secrets.db')}`
  await assert.rejects(openSecretStore(url), /there are no secrets in .*; is the name right\? "secrets create" makes/)
  assert.equal(existsSync(join(folder, 'secrets.db')), false)
  await insertAndFindAgain(url, true)
  const keys = await openKeyStore(`sqlite:${join(folder, 'keys.db')}`, { create: true })
  await keys.close()
  await insertAndFindAgain(`sqlite:${join(folder, 'keys.db')}`)
})

test('not in Redis, nor in what is no store; a password is not repeated', async () => {
  await assert.rejects(openSecretStore('redis://u:sEcr3t@127.0.0.1:1'), (error: Error) => {
    assert.match(error.message, /SQLite or PostgreSQL/)
    assert.ok(!error.message.includes('sEcr3t'))
    return true
  })
  await assert.rejects(
    openSecretStore('mysql://u:sEcr3t@127.0.0.1:1'),
    (error: Error) => !error.message.includes('sEcr3t'),
  )
})

describe('in PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.remove())

  test('a database without tables is a mistake, unless they are to be made; one of keys will do', async () => {
    const url = await makeDatabase(server)
    await assert.rejects(openSecretStore(url), /holds no tables of secrets; is it the right database\?/)
    await insertAndFindAgain(url, true)
    const other = await makeDatabase(server)
    const keys = await openKeyStore(other, { create: true })
    await keys.close()
    await insertAndFindAgain(other)
  })
})
