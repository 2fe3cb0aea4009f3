import pg from 'pg'
import type { ApiKeyRecord } from '../../lib/store/key-store.ts'
import { API_KEY_COLUMN_NAMES, valuesOfRecord } from '../../lib/store/parts/api-key-row.ts'
import { migratePostgres, postgresKeyStore } from '../../lib/store/postgres.ts'
import type { KeyStoreUnderTest } from '../contract/key-store.ts'
import type { PostgresServer } from './postgres-server.ts'

let databases = 0

/** A store in a database of its own. */
export async function makePostgresKeys(server: PostgresServer): Promise<KeyStoreUnderTest> {
  const url = await makeDatabase(server)
  const pools = [poolOf(url), poolOf(url)] as const
  await migratePostgres(pools[0])
  return {
    store: postgresKeyStore({ pool: pools[0] }),
    other: postgresKeyStore({ pool: pools[1] }),
    fill: (records) => fillPostgres(pools[0], records),
    async close() {
      for (const pool of pools) await pool.end()
    },
  }
}

/** @returns the URL of a new, empty database */
export async function makeDatabase(server: PostgresServer): Promise<string> {
  const name = `keys_${++databases}`
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  return server.url.replace(/[^/]*$/, name)
}

/** A pool that outlives the loss of its connections. */
export function poolOf(connectionString: string, max: number = 5): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, connectionTimeoutMillis: 5_000 })
  pool.on('error', () => undefined)
  return pool
}

export async function fillPostgres(pool: pg.Pool, records: readonly ApiKeyRecord[]): Promise<void> {
  const rows = records.map((record) => {
    const values = valuesOfRecord(record)
    return Object.fromEntries(API_KEY_COLUMN_NAMES.map((column, index) => [column, values[index]]))
  })
  await pool.query({
    text: `INSERT INTO gatewarden_api_keys SELECT * FROM json_populate_recordset(NULL::gatewarden_api_keys, $1)`,
    values: [JSON.stringify(rows)],
  })
}
