import { memoryKeyStore } from '../../lib/store/memory.ts'
import type { KeyStoreUnderTest, MakeKeyStore } from '../contract/key-store.ts'
import { makePostgresKeys } from '../support/postgres-keys.ts'
import { skipWithoutPostgres, startPostgres } from '../support/postgres-server.ts'
import { fillByInsert, makeRedisKeys } from '../support/redis-keys.ts'
import { skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { makeSqliteKeys } from '../support/sqlite-keys.ts'

export interface BenchStores {
  readonly makers: readonly (readonly [name: string, make: MakeKeyStore])[]
  close(): Promise<void>
}

/** Every store whose server is on this machine; what is left out is told. */
export async function benchStores(say: (line: string) => void): Promise<BenchStores> {
  const makers: [string, MakeKeyStore][] = [
    ['memory', makeMemoryKeys],
    ['SQLite', makeSqliteKeys],
  ]
  const servers: { remove(): Promise<void> }[] = []
  if (skipWithoutPostgres) say(`left out: ${skipWithoutPostgres}`)
  else {
    const postgres = await startPostgres()
    servers.push(postgres)
    makers.push(['PostgreSQL', () => makePostgresKeys(postgres)])
  }
  if (skipWithoutRedis) say(`left out: ${skipWithoutRedis}`)
  else {
    const redis = await startRedis()
    servers.push(redis)
    makers.push(['Redis', () => makeRedisKeys(redis.port)])
  }
  return {
    makers,
    async close() {
      for (const server of servers) await server.remove()
    },
  }
}

async function makeMemoryKeys(): Promise<KeyStoreUnderTest> {
  const store = memoryKeyStore()
  return { store, other: store, fill: (records) => fillByInsert(store, records), close: async () => undefined }
}
