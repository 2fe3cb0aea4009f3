import { migratePostgres } from '../../lib/store/postgres.ts'
import { postgresRevocationStore } from '../../lib/store/postgres-revocations.ts'
import type { RevocationStoreUnderTest } from '../contract/revocation-store.ts'
import { makeDatabase, poolOf } from './postgres-keys.ts'
import type { PostgresServer } from './postgres-server.ts'

/** A store in a database of its own. */
export async function makePostgresRevocations(server: PostgresServer): Promise<RevocationStoreUnderTest> {
  const url = await makeDatabase(server)
  const pools = [poolOf(url), poolOf(url)] as const
  await migratePostgres(pools[0])
  const change = (text: string, values: string[] = []) => pools[0].query({ text, values })
  return {
    store: postgresRevocationStore({ pool: pools[0] }),
    other: postgresRevocationStore({ pool: pools[1] }),
    spoil: async (text) => {
      await change('DELETE FROM gatewarden_revocations')
      await change(`INSERT INTO gatewarden_revocations VALUES (1, 'x', $1, 9e9)`, [text])
    },
    lose: async () => {
      await change('DELETE FROM gatewarden_revocations')
      await change('UPDATE gatewarden_revocation_position SET last = 0')
    },
    async close() {
      for (const pool of pools) await pool.end()
    },
  }
}
