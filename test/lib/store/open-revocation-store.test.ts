import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openKeyStore } from '../../../lib/store/open-key-store.ts'
import { openRevocationStore } from '../../../lib/store/open-revocation-store.ts'
import { makeDatabase } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis-server.ts'
import { tokenRevocation } from '../../support/revocations.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function appendAndReadAgain(url: string): Promise<void> {
  const first = await openRevocationStore(url)
  await first.store.append(tokenRevocation('t1'))
  await first.close()
  const second = await openRevocationStore(url)
  assert.deepEqual((await second.store.read('', 9)).revocations, [tokenRevocation('t1')])
  await second.close()
}

test('in SQLite: a file that is not there is a mistake, one of keys will do', async () => {
  const file = join(temporaryFolder(), 'gateway.db')
  await assert.rejects(openRevocationStore(`sqlite:${file}`), /there are no revocations in .*; is the name right\?/)
  assert.equal(existsSync(file), false)
  const keys = await openKeyStore(`sqlite:${file}`, { create: true })
  await keys.close()
  await appendAndReadAgain(`sqlite:${file}`)
})

describe('in PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server.remove())

  test('a database without tables is a mistake, one of keys will do', async () => {
    const url = await makeDatabase(server)
    await assert.rejects(openRevocationStore(url), /holds no tables of revocations; is it the right database\?/)
    const keys = await openKeyStore(url, { create: true })
    await keys.close()
    await appendAndReadAgain(url)
  })
})

describe('in Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  before(async () => {
    server = await startRedis()
  })
  after(() => server.remove())

  test('revocations are kept', () => appendAndReadAgain(`redis://127.0.0.1:${server.port}`))
})
