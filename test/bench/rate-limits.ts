import { redisRateLimitStore } from 'gatewarden/store/redis'
import { commandOf, redisClient } from '../support/redis-keys.ts'
import { startRedis } from '../support/redis-server.ts'
import { median } from './median.ts'

/**
 * What a limit costs in Redis, on this machine: how long one waits for it, and how many there are a second.
 * Usage: node --conditions=source test/bench/rate-limits.ts
 */
const ROUNDS = 9
const ALONE = 1_000
const TOGETHER = 10_000
const AT_ONCE = 100

const server = await startRedis()
const client = redisClient(server.port)
try {
  const store = redisRateLimitStore({ command: commandOf(client) })
  const takesOf = (windows: number, index: number) =>
    Array.from({ length: windows }, (_, window) => {
      return { key: `${window} ${index % 1_000}`, quota: 1_000_000, windowSeconds: 60, burst: 1_000_000, cost: 1 }
    })
  for (const windows of [1, 4]) {
    const alone: number[] = []
    const together: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await timed(ALONE, 1, (index) => store.take(takesOf(windows, index))))
      together.push(await timed(TOGETHER, AT_ONCE, (index) => store.take(takesOf(windows, index))))
    }
    const perSecond = Math.round(1_000_000 / median(together))
    console.log(
      `${windows} window(s): ${Math.round(median(alone))} µs alone; ${perSecond} a second, ${AT_ONCE} at once`,
    )
  }
  console.log(`the bare round trip: ${Math.round(await timed(ALONE, 1, () => client.ping()))} µs`)
} finally {
  client.disconnect()
  await server.remove()
}

/** Microseconds for each, `atOnce` of them under way at any time. */
async function timed(count: number, atOnce: number, work: (index: number) => unknown): Promise<number> {
  const startedAt = performance.now()
  let index = 0
  const lane = async () => {
    while (index < count) await work(index++)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return ((performance.now() - startedAt) * 1_000) / count
}
