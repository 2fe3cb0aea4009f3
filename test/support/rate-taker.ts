import { redisRateLimitStore } from '../../lib/store/redis.ts'
import { commandOf, redisClient } from './redis-keys.ts'

/**
 * A program that takes units, all at once, and prints how many it was given.
 * Usage: rate-taker.ts PORT NAMESPACE TAKES QUOTA
 */
const [port, namespace = '', takes, quota] = process.argv.slice(2)
const client = redisClient(Number(port))
const store = redisRateLimitStore({ command: commandOf(client), namespace })
const take = { key: 'shared', quota: Number(quota), windowSeconds: 86_400, burst: Number(quota), cost: 1 }
const other = { ...take, key: 'wide', burst: 100_000, quota: 100_000 }
const answers = await Promise.all(Array.from({ length: Number(takes) }, () => store.take([take, other])))
process.stdout.write(String(answers.filter((states) => states.every(({ waitSeconds }) => waitSeconds === 0)).length))
client.disconnect()
