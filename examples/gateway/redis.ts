import type { RateLimitStore, ReplayStore, RevocationStore, TokenCache } from 'gatewarden'
import { storeProblem } from 'gatewarden/store/open-key-store'
import { redisRateLimitStore, redisReplayStore } from 'gatewarden/store/redis'
import { redisRevocationStore } from 'gatewarden/store/redis-revocations'
import { redisTokenCache } from 'gatewarden/store/redis-token-cache'
import type { Redis } from 'ioredis'

/** What a fleet shares from one request to the next. */
export interface SharedState {
  readonly replays: ReplayStore
  readonly limits: RateLimitStore
  readonly revocations: RevocationStore
  /** With a secret alone: whoever could write here could otherwise make principals. */
  readonly tokens: TokenCache | undefined
  close(): void
}

/** @throws Error whose one-line message says what is wrong, and shows no password */
export async function openRedis(url: string, tokenCacheSecret: string | undefined): Promise<SharedState> {
  const [client, subscriber] = await connectBoth(url)
  const command = (name: string, ...args: string[]) => client.call(name, ...args)
  const subscribe = async (channel: string, onMessage: () => void) => {
    await subscriber.subscribe(channel)
    const heard = (from: string) => from === channel && onMessage()
    subscriber.on('message', heard)
    return () => subscriber.off('message', heard).unsubscribe(channel)
  }
  return {
    replays: redisReplayStore({ command }),
    limits: redisRateLimitStore({ command }),
    revocations: redisRevocationStore({ command, subscribe }),
    tokens: tokenCacheSecret === undefined ? undefined : redisTokenCache({ command, secret: tokenCacheSecret }),
    close() {
      client.disconnect()
      subscriber.disconnect()
    },
  }
}

/** A connection that subscribes can do nothing else. */
async function connectBoth(url: string): Promise<readonly [client: Redis, subscriber: Redis]> {
  const { Redis } = await import('ioredis').catch((cause) => {
    throw new Error('REDIS_URL needs the package ioredis: npm install ioredis', { cause })
  })
  // No queue: a command that can't be sent now fails now, and who needs its answer says so.
  const quick = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 1_000 }
  const common = { lazyConnect: true, connectTimeout: 2_000, connectionName: 'gateway' }
  const client = new Redis(url, { ...common, ...quick })
  const subscriber = new Redis(url, common)
  let problem: unknown
  for (const each of [client, subscriber]) {
    each.on('error', (error: unknown) => {
      problem = error
    })
  }
  try {
    await Promise.all([client.connect(), subscriber.connect()])
    await client.ping()
    return [client, subscriber]
  } catch (error) {
    client.disconnect()
    subscriber.disconnect()
    throw new Error(`REDIS_URL can't be used: ${storeProblem(problem ?? error, url)}`, { cause: error })
  }
}
