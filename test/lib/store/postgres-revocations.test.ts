import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { migratePostgres } from '../../../lib/store/postgres.ts'
import { postgresRevocationStore } from '../../../lib/store/postgres-revocations.ts'
import { type MakeRevocationStore, readOn, revocationStoreContract } from '../../contract/revocation-store.ts'
import { makeDatabase, poolOf } from '../../support/postgres-keys.ts'
import { makePostgresRevocations } from '../../support/postgres-revocations.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { tokenRevocation } from '../../support/revocations.ts'

let server: PostgresServer | undefined
before(async () => {
  if (!skipWithoutPostgres) server = await startPostgres()
})
after(() => server?.remove())

const running = () => server ?? assert.fail('no server')
const make: MakeRevocationStore = () => makePostgresRevocations(running())

revocationStoreContract('PostgreSQL', make, { many: 2_000, skip: skipWithoutPostgres })

describe('postgresRevocationStore', { skip: skipWithoutPostgres }, () => {
  test('a reader never goes past a transaction that is still open', async () => {
    const pool = poolOf(await makeDatabase(running()))
    await migratePostgres(pool)
    const slow = await pool.connect()
    await slow.query('BEGIN')
    await postgresRevocationStore({ pool: slow }).append(tokenRevocation('slow'))
    const store = postgresRevocationStore({ pool })
    const quick = store.append(tokenRevocation('quick'))
    const { cursor } = await readOn(store)
    await slow.query('COMMIT')
    slow.release()
    await quick
    const { revocations } = await readOn(store, cursor)
    assert.deepEqual(
      revocations.map((each) => 'tokenId' in each && each.tokenId),
      ['slow', 'quick'],
    )
    await pool.end()
  })

  test('a revocation that was not written is a failure, also when nothing fails', async () => {
    const pool = poolOf(await makeDatabase(running()))
    await migratePostgres(pool)
    await pool.query('DELETE FROM gatewarden_revocation_position')
    const store = postgresRevocationStore({ pool })
    await assert.rejects(async () => store.append(tokenRevocation('t1')), { name: 'DependencyError' })
    await pool.end()
  })

  test('a clock that is ahead does not purge what the server holds for good', async () => {
    const { store, close } = await make()
    const inAnHour = Date.now() / 1000 + 3_600
    for (const id of ['t1', 't2']) await store.append(tokenRevocation(id, inAnHour))
    await store.purge(inAnHour + 86_400)
    assert.equal((await readOn(store)).revocations.length, 2)
    await close()
  })
})

for (const [options, ...words] of [
  [{}, '"pool"'],
  [{ pool: {} }, '"pool"'],
  [{ pool: { query: () => undefined }, table: 'x' }, 'unknown option "table"'],
] as const) {
  test(`refuses ${JSON.stringify(options)}`, () => {
    assertRefusedOption(() => postgresRevocationStore(untyped(options)), 'postgresRevocationStore', ...words)
  })
}
