import { MemoryStore, rateLimit } from 'express-rate-limit'
import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible'
import { type Counter, NAMES, QUOTA, responseThatForgets, WINDOW_SECONDS } from './counter.ts'

/** The others, with their fixed windows. What they check once, of how they are set up, is left out. */
export function peerCounters(redis: Redis | undefined): readonly Counter[] {
  return [...expressRateLimit(), ...rateLimiterFlexible(redis)]
}

function expressRateLimit(): readonly Counter[] {
  const party = 'express-rate-limit'
  const store = new MemoryStore()
  const set = { windowMs: WINDOW_SECONDS * 1_000, limit: QUOTA, legacyHeaders: false, validate: false } as const
  rateLimit({ ...set, store })
  // The draft that is the nearest to ours.
  const middleware = rateLimit({ ...set, standardHeaders: 'draft-8', identifier: 'client', keyGenerator: keyOf })
  const response = responseThatForgets()
  const next = () => undefined
  const answer = (key: number) => middleware({ name: NAMES[key] } as never, response as never, next)
  return [
    { party, store: 'memory', work: 'count', count: (key) => store.increment(NAMES[key] as string) },
    { party, store: 'memory', work: 'limit', count: answer },
  ]
}

function keyOf(request: unknown): string {
  return (request as { readonly name: string }).name
}

function rateLimiterFlexible(redis: Redis | undefined): readonly Counter[] {
  const party = 'rate-limiter-flexible'
  const set = { points: QUOTA, duration: WINDOW_SECONDS }
  const memory = new RateLimiterMemory(set)
  const counters: Counter[] = [
    { party, store: 'memory', work: 'count', count: (key) => memory.consume(NAMES[key] as string) },
    { party, store: 'memory', work: 'limit', count: telling(new RateLimiterMemory(set)) },
  ]
  if (!redis) return counters
  const alone = new RateLimiterRedis({ ...set, storeClient: redis, keyPrefix: 'alone' })
  const insuranceLimiter = new RateLimiterMemory(set)
  const insured = new RateLimiterRedis({ ...set, storeClient: redis, keyPrefix: 'insured', insuranceLimiter })
  counters.push(
    { party, store: 'Redis', work: 'count', count: (key) => alone.consume(NAMES[key] as string) },
    { party, store: 'Redis', work: 'limit', count: telling(insured) },
  )
  return counters
}

/** It writes no header fields; these are the same as ours. */
function telling(limiter: { consume(key: string): Promise<RateLimiterRes> }): Counter['count'] {
  const response = responseThatForgets()
  return async (key) => {
    const { remainingPoints, msBeforeNext } = await limiter.consume(NAMES[key] as string)
    response.setHeader('RateLimit', `"client";r=${remainingPoints};t=${Math.ceil(msBeforeNext / 1_000)}`)
    response.setHeader('RateLimit-Policy', `"client";q=${QUOTA};w=${WINDOW_SECONDS}`)
  }
}
