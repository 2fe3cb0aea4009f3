import { Redis } from 'ioredis'
import type { ApiKeyRecord, KeyStore } from '../../lib/store/key-store.ts'
import { type RedisCommand, redisKeyStore } from '../../lib/store/redis.ts'
import type { KeyStoreUnderTest } from '../contract/key-store.ts'

let namespaces = 0

/** A store under names of its own. */
export async function makeRedisKeys(port: number): Promise<KeyStoreUnderTest> {
  const clients = [redisClient(port), redisClient(port)] as const
  const namespace = `{test-${++namespaces}}:`
  const store = redisKeyStore({ command: commandOf(clients[0]), namespace })
  const other = redisKeyStore({ command: commandOf(clients[1]), namespace })
  return {
    store,
    other,
    fill: (records) => fillByInsert(store, records),
    async close() {
      for (const client of clients) client.disconnect()
    },
  }
}

/**
 * A client that comes back by itself soon after the server does.
 * @param isPatient whether commands wait for that; otherwise they fail
 */
export function redisClient(port: number, isPatient = true): Redis {
  const failFast = isPatient ? {} : { maxRetriesPerRequest: 0, enableOfflineQueue: false }
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50, ...failFast })
  client.on('error', () => undefined)
  return client
}

export function commandOf(client: Redis): RedisCommand {
  return (command, ...args) => client.call(command, ...args)
}

/** Many at once: for stores that have no faster way. */
export async function fillByInsert(store: KeyStore, records: readonly ApiKeyRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += 5_000) {
    await Promise.all(records.slice(from, from + 5_000).map((record) => store.insert(record)))
  }
}
