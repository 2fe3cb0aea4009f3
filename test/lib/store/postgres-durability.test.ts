import { after, before, describe, test } from 'node:test'
import { migratePostgres, postgresKeyStore } from '../../../lib/store/postgres.ts'
import { assertNothingLost, startKeyWriter } from '../../contract/acknowledged-writes.ts'
import { makeDatabase, poolOf } from '../../support/postgres-keys.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'

describe('PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(() => server?.remove())

  test('what was acknowledged survives kill -9 of the server in the middle of writing', async () => {
    for (let round = 0; round < 2; round++) {
      const url = await makeDatabase(server)
      const pool = poolOf(url)
      await migratePostgres(pool)
      const writer = await startKeyWriter(url, 200 + round * 37)
      await server.kill()
      await writer.ended
      await server.start()
      await assertNothingLost(postgresKeyStore({ pool }), writer.acknowledged)
      await pool.end()
    }
  })
})
