import { withDeadline } from '../../deadline.ts'
import type { RedisCommand } from '../parts/redis-command.ts'
import { optionalPackage } from './optional-package.ts'
import type { OpenedStore } from './store-kind.ts'

/** Redis has no tables: an empty one is a store that holds nothing, so there is nothing to make. */
export async function openRedisStore<T>(
  makeStore: (command: RedisCommand) => T,
  url: string,
  timeoutMs: number,
): Promise<OpenedStore<T>> {
  const { Redis } = await optionalPackage('ioredis', 'Redis', () => import('ioredis'))
  const client = new Redis(url, {
    lazyConnect: true,
    connectionName: 'gatewarden',
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  })
  // What goes wrong reaches whoever waits for a command; `connect` tells no more than that the connection closed.
  let problem: unknown
  client.on('error', (error: unknown) => {
    problem = error
  })
  try {
    await withDeadline('Redis', timeoutMs, client.connect())
    await client.ping()
  } catch (error) {
    client.disconnect()
    throw problem ?? error
  }
  return {
    store: makeStore((command, ...args) => client.call(command, ...args)),
    isNew: false,
    close: async () => {
      await client.quit().catch(() => client.disconnect())
    },
  }
}
