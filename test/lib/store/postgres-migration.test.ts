import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { migratePostgres } from '../../../lib/store/postgres.ts'
import { makeDatabase, poolOf } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'

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
      const { rows } = await (pools[0] ?? poolOf(url)).query('SELECT version FROM gatewarden_schema')
      assert.deepEqual(rows, [{ version: 1 }])
      await Promise.all(pools.map((pool) => pool.end()))
    }
  })

  test('a newer schema is refused, and left as it is', async () => {
    const pool = poolOf(await makeDatabase(server))
    await migratePostgres(pool)
    await pool.query('UPDATE gatewarden_schema SET version = 2')
    await assert.rejects(migratePostgres(pool), /has gatewarden schema 2, this gatewarden knows 1: update it/)
    const { rows } = await pool.query('SELECT version FROM gatewarden_schema')
    assert.deepEqual(rows, [{ version: 2 }])
    await pool.end()
  })
})
