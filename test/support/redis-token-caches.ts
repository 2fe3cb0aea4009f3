import { type RedisTokenCacheOptions, redisTokenCache } from '../../lib/store/redis-token-cache.ts'
import type { CachedToken, TokenCache } from '../../lib/store/token-cache.ts'
import { NOW } from './access-token.ts'
import { type TestClock, testClock } from './clock.ts'
import { principal } from './outcomes.ts'
import { type RedisDouble, redisDouble } from './redis-double.ts'

export const SECRET: string = 'a secret of the whole fleet, of 32 bytes and more'
export const ENTRY: CachedToken = {
  principal: principal({ roles: ['viewer'] }),
  keyId: 'key-1',
  rulesId: 'rules-1',
  expiresAt: NOW + 60,
}

export interface CacheUnderTest {
  readonly redis: RedisDouble
  readonly warnings: readonly string[]
  readonly clock: TestClock
  readonly cache: TokenCache
  /** Another in the same Redis. */
  cacheWith(changes?: Partial<RedisTokenCacheOptions>): TokenCache
}

/** A cache in a Redis that a test can look into, alone and without local entries unless the options say otherwise. */
export function madeCache(options: Partial<RedisTokenCacheOptions> = {}): CacheUnderTest {
  const redis = redisDouble()
  const warnings: string[] = []
  const clock = testClock()
  const cacheWith = (changes: Partial<RedisTokenCacheOptions> = {}) =>
    redisTokenCache({
      ...{ command: redis.command, secret: SECRET, now: clock.now, localEntries: 0 },
      ...{ warn: (message: string) => void warnings.push(message), ...options, ...changes },
    })
  return { redis, warnings, clock, cache: cacheWith(), cacheWith }
}
