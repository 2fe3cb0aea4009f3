import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { migratePostgres, postgresKeyStore } from '../../../lib/store/postgres.ts'
import { postgresRevocationStore } from '../../../lib/store/postgres-revocations.ts'
import { keyRecord } from '../../support/key-record.ts'
import { makeDatabase, poolOf } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'
import { tokenRevocation } from '../../support/revocations.ts'

describe('the PostgreSQL schema', { skip: skipWithoutPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server?.remove())

  test('many instances may bring it up to date at once', async () => {
    for (let round = 0; round < 5; round++) {
      const url = await makeDatabase(server)
      const pools = Array.from({ length: 8 }, () => poolOf(url, 1))
      await Promise.all(pools.map((pool) => migratePostgres(pool)))
      assert.ok((await versionIn(url)) >= 2)
      await Promise.all(pools.map((pool) => pool.end()))
    }
  })

  test('of version 1 is brought to the newest, with its keys', async () => {
    const url = await makeDatabase(server)
    const pool = poolOf(url)
    await migratePostgres(pool)
    const newest = await versionIn(url)
    const record = keyRecord()
    await postgresKeyStore({ pool }).insert(record)
    // What the later steps have made is taken away again: that is how a database of that time looks.
    const { rows } = await pool.query("SELECT tablename FROM pg_tables WHERE tablename LIKE 'gatewarden_%'")
    const later = rows.map(({ tablename }) => tablename).filter((name) => !VERSION_1_TABLES.includes(name))
    assert.ok(later.length >= 2)
    await pool.query(`DROP TABLE ${later.join(', ')}; UPDATE gatewarden_schema SET version = 1`)
    await migratePostgres(pool)
    assert.equal(await versionIn(url), newest)
    assert.deepEqual((await postgresKeyStore({ pool }).findById(record.id))?.owner, record.owner)
    await postgresRevocationStore({ pool }).append(tokenRevocation('t1'))
    await pool.end()
  })

  test('that is newer is refused, and left as it is', async () => {
    const url = await makeDatabase(server)
    const pool = poolOf(url)
    await migratePostgres(pool)
    const newest = await versionIn(url)
    await pool.query('UPDATE gatewarden_schema SET version = version + 1')
    const told = new RegExp(`has gatewarden schema ${newest + 1}, this gatewarden knows ${newest}: update it`)
    await assert.rejects(migratePostgres(pool), told)
    assert.equal(await versionIn(url), newest + 1)
    await pool.end()
  })
})

const VERSION_1_TABLES = ['gatewarden_schema', 'gatewarden_api_keys']

async function versionIn(url: string): Promise<number> {
  const pool = poolOf(url, 1)
  const { rows } = await pool.query('SELECT version FROM gatewarden_schema')
  await pool.end()
  return Number(rows[0]?.version)
}
