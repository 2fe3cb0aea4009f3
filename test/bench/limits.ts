import { redisClient } from '../support/redis-keys.ts'
import { skipWithoutRedis, startRedis } from '../support/redis-server.ts'
import { type Counter, KEYS, type Work } from './limits/counter.ts'
import { ownCounters } from './limits/own-counters.ts'
import { peerCounters } from './limits/peer-counters.ts'
import { median } from './median.ts'
import { formatTable } from './report.ts'

/** What a request costs a limiter: microseconds, and how many times of what it costs gatewarden. */
export interface LimitsResult extends Pick<Counter, 'party' | 'store' | 'work'> {
  readonly keys: 1 | typeof KEYS
  /** How many requests are under way at any time. */
  readonly atOnce: number
  readonly microseconds: number
  readonly ofGatewarden: number
}

const OURS = 'gatewarden'
/** Another key each time, and no two neighbours in memory. */
const STRIDE = 7_919

/** How requests come: those in memory are answered at once, so there is nothing to do meanwhile. */
interface Way {
  readonly store: Counter['store']
  readonly keys: LimitsResult['keys']
  readonly atOnce: number
  readonly requests: number
}

const WAYS: readonly Way[] = [
  { store: 'memory', keys: 1, atOnce: 1, requests: 20_000 },
  { store: 'memory', keys: KEYS, atOnce: 1, requests: 20_000 },
  { store: 'Redis', keys: 1, atOnce: 1, requests: 1_000 },
  { store: 'Redis', keys: KEYS, atOnce: 1, requests: 1_000 },
  { store: 'Redis', keys: 1, atOnce: 100, requests: 10_000 },
  { store: 'Redis', keys: KEYS, atOnce: 100, requests: 10_000 },
]

/** The limiter and others by turns, in memory and in a Redis that is started for it. */
export async function measureLimits(
  options: { readonly rounds: number; readonly only: readonly string[] },
  say: (line: string) => void,
): Promise<readonly LimitsResult[]> {
  if (skipWithoutRedis) say(`left out what needs Redis: ${skipWithoutRedis}`)
  const server = skipWithoutRedis ? undefined : await startRedis()
  const redis = server && redisClient(server.port)
  try {
    const counters = [...ownCounters(redis), ...peerCounters(redis)].filter(({ party, store }) => {
      return options.only.length === 0 || options.only.some((word) => `${party}, ${store}`.includes(word))
    })
    const results: LimitsResult[] = []
    for (const way of WAYS) {
      for (const work of ['count', 'limit'] as const) results.push(...(await measureWay(counters, way, work, options)))
      say(`${way.store}, ${way.keys} keys, ${way.atOnce} at once: measured`)
    }
    return results
  } finally {
    redis?.disconnect()
    await server?.remove()
  }
}

async function measureWay(
  counters: readonly Counter[],
  way: Way,
  work: Work,
  { rounds }: { readonly rounds: number },
): Promise<readonly LimitsResult[]> {
  const measured = counters.filter((counter) => counter.store === way.store && counter.work === work)
  const runs = measured.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [index, counter] of measured.entries()) {
      const microseconds = await timed(counter, way)
      if (round >= 0) runs[index]?.push(microseconds)
    }
  }
  const ours = runs[measured.findIndex(({ party }) => party === OURS)] ?? []
  return measured.map(({ party, store }, index) => {
    const own = runs[index] ?? []
    const { keys, atOnce } = way
    const ratios = own.map((microseconds, round) => microseconds / (ours[round] ?? Number.NaN))
    return { party, store, work, keys, atOnce, microseconds: median(own), ofGatewarden: median(ratios) }
  })
}

/** Microseconds for each, `atOnce` of them under way at any time. What answers at once is not waited for. */
async function timed({ count }: Counter, { requests, keys, atOnce }: Way): Promise<number> {
  let index = 0
  const lane = async () => {
    while (index < requests) {
      const counted = count((index++ * STRIDE) % keys)
      if (counted instanceof Promise) await counted
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: atOnce }, lane))
  return ((performance.now() - startedAt) * 1_000) / requests
}

export function formatLimits(results: readonly LimitsResult[]): string {
  const rows = results.map(({ party, store, work, keys, atOnce, microseconds, ofGatewarden }) => [
    `${work}, ${store}, ${party}`,
    String(keys),
    String(atOnce),
    microseconds.toFixed(2),
    Number.isNaN(ofGatewarden) ? '' : ofGatewarden.toFixed(2),
  ])
  return formatTable(['', 'keys', 'at once', 'µs/request', `of ${OURS}`], rows)
}
