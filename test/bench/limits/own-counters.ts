import { createPrincipal, memoryRateLimitStore, type Principal, type RateLimitStore } from 'gatewarden'
import { redisRateLimitStore } from 'gatewarden/store/redis'
import type { Redis } from 'ioredis'
import { AuthError } from '../../../lib/errors.ts'
import { createLimiter } from '../../../lib/limit/limiter.ts'
import { fieldsOf } from '../../../lib/limit/rate-limit-fields.ts'
import { setHeaders } from '../../../middleware/respond.ts'
import { commandOf } from '../../support/redis-keys.ts'
import { type Counter, KEYS, NAMES, QUOTA, responseThatForgets, type Store, WINDOW_SECONDS } from './counter.ts'

/** gatewarden, with its buckets that leak (GCRA). */
export function ownCounters(redis: Redis | undefined): readonly Counter[] {
  const fleet = redis && redisRateLimitStore({ command: commandOf(redis) })
  const inMemory = memoryRateLimitStore()
  return [
    { party: 'gatewarden', store: 'memory', work: 'count', count: counting(inMemory, 1) },
    { party: 'gatewarden', store: 'memory', work: 'limit', count: limiting(undefined) },
    ...(fleet ? ownRedisCounters(fleet) : []),
    ...(redis
      ? [{ party: 'a bare round trip', store: 'Redis', work: 'count', count: () => redis.ping() } as const]
      : []),
  ]
}

function ownRedisCounters(fleet: RateLimitStore): readonly Counter[] {
  const store: Store = 'Redis'
  return [
    { party: 'gatewarden', store, work: 'count', count: counting(fleet, 1) },
    { party: 'gatewarden', store, work: 'limit', count: limiting(fleet) },
    { party: 'gatewarden, 4 windows', store, work: 'count', count: counting(fleet, 4) },
  ]
}

function counting(store: RateLimitStore, windows: number): Counter['count'] {
  const takes = NAMES.map((name) =>
    Array.from({ length: windows }, (_, window) => {
      return { key: `${name} ${window}`, quota: QUOTA, windowSeconds: WINDOW_SECONDS, burst: QUOTA, cost: 1 }
    }),
  )
  return (key) => store.take(takes[key] ?? [])
}

/** As the boundary does it: by who calls, with a deadline and a local fallback where the store is elsewhere. */
function limiting(store: RateLimitStore | undefined): Counter['count'] {
  const windows = [{ quota: QUOTA, windowSeconds: WINDOW_SECONDS }]
  const limiter = createLimiter({ rules: [{ name: 'client', by: 'client', windows }], ...(store && { store }) })
  const principals = NAMES.map(clientOf)
  const response = responseThatForgets()
  const request = { clientAddress: '192.0.2.1' }
  const tell = (verdict: Awaited<ReturnType<typeof limiter.countPrincipal>>) => {
    if (verdict instanceof AuthError) throw verdict
    setHeaders(response, fieldsOf(verdict))
  }
  return (key) => {
    const verdict = limiter.countPrincipal(principals[key % KEYS] as Principal, request, { id: '' })
    return verdict instanceof Promise ? verdict.then(tell) : tell(verdict)
  }
}

function clientOf(id: string): Principal {
  const made = createPrincipal({ kind: 'client', subject: id, clientId: id, method: 'api-key', credentialId: id })
  if (made instanceof AuthError) throw made
  return made
}
