import type { Redis } from 'ioredis'
import { type RedisSubscribe, redisRevocationStore } from '../../lib/store/redis-revocations.ts'
import type { RevocationStoreUnderTest } from '../contract/revocation-store.ts'
import { commandOf, redisClient } from './redis-keys.ts'

let namespaces = 0

/** A store under names of its own. */
export async function makeRedisRevocations(port: number): Promise<RevocationStoreUnderTest> {
  const clients = [redisClient(port), redisClient(port), redisClient(port)] as const
  const namespace = `{test-revocations-${++namespaces}}:`
  const command = commandOf(clients[0])
  const lose = () => command('DEL', `${namespace}revocations`, `${namespace}revocations-by-expiry`)
  return {
    store: redisRevocationStore({ command, namespace }),
    other: redisRevocationStore({ command: commandOf(clients[1]), subscribe: subscribeOf(clients[2]), namespace }),
    spoil: async (text) => {
      await lose()
      await command('ZADD', `${namespace}revocations`, '1', `x ${text}`)
    },
    lose,
    async close() {
      for (const client of clients) client.disconnect()
    },
  }
}

/** The function that hears channels, of a client that does nothing else. */
export function subscribeOf(client: Redis): RedisSubscribe {
  return async (channel, onMessage) => {
    const listener = (from: string) => {
      if (from === channel) onMessage()
    }
    client.on('message', listener)
    await client.subscribe(channel)
    return () => {
      client.off('message', listener)
      return client.unsubscribe(channel)
    }
  }
}
