import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { migratePostgres } from '../../../lib/store/postgres.ts'
import { postgresSecretStore } from '../../../lib/store/postgres-secrets.ts'
import { secretStoreContract, sharedKeyRecord } from '../../contract/secret-store.ts'
import { makePostgresSecrets, type PostgresSecrets } from '../../support/postgres-secrets.ts'
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../support/postgres-server.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

let server: PostgresServer | undefined
const made: PostgresSecrets[] = []
before(async () => {
  if (!skipWithoutPostgres) server = await startPostgres()
})
after(async () => {
  for (const { pool } of made) await pool.end()
  await server?.remove()
})

async function make(): Promise<PostgresSecrets> {
  const secrets = await makePostgresSecrets(server ?? assert.fail('no server'))
  made.push(secrets)
  return secrets
}

secretStoreContract('PostgreSQL', async () => (await make()).store, { skip: skipWithoutPostgres })

describe('postgresSecretStore', { skip: skipWithoutPostgres }, () => {
  test('fails, and finds nothing, on a record that was damaged', async () => {
    const { store, pool } = await make()
    await store.insert(sharedKeyRecord())
    for (const record of ['{}', 'null', '[', JSON.stringify({ ...sharedKeyRecord(), secrets: 'x' })]) {
      await pool.query({ text: 'UPDATE gatewarden_shared_keys SET record = $1', values: [record] })
      await assert.rejects(async () => store.find('hk_1'), /damaged|no record|JSON/)
      await assert.rejects(async () => store.list({ limit: 1 }), /damaged|no record|JSON/)
    }
  })

  test('finds nothing for a text that PostgreSQL cannot hold, in a list neither', async () => {
    const { store } = await make()
    await store.insert(sharedKeyRecord())
    assert.deepEqual(await store.list({ limit: 9, owner: 'acme\0' }), [])
    assert.deepEqual(await store.list({ limit: 9, after: '\0' }), [])
  })

  test('a schema from before there were secrets is brought up to date, with what it holds', async () => {
    const { store, pool } = await make()
    await pool.query('DROP TABLE gatewarden_shared_keys')
    await pool.query('UPDATE gatewarden_schema SET version = 2')
    await assert.rejects(async () => store.find('hk_1'))
    await migratePostgres(pool)
    assert.equal(await store.insert(sharedKeyRecord()), true)
    await migratePostgres(pool)
    assert.equal((await store.find('hk_1'))?.owner, 'acme')
  })
})

for (const [options, ...words] of [
  [{}, '"pool"'],
  [{ pool: {} }, '"pool"'],
  [{ pool: { query: () => undefined }, table: 'x' }, 'unknown option "table"'],
] as const) {
  test(`refuses ${JSON.stringify(options)}`, () => {
    assertRefusedOption(() => postgresSecretStore(untyped(options)), 'postgresSecretStore', ...words)
  })
}
