import { redisReplayStore } from '../../lib/store/redis.ts'
import { commandOf, redisClient } from './redis-keys.ts'

/**
 * A program that claims ids, many at once, and prints how many it was the first to claim.
 * Usage: replay-claimer.ts PORT NAMESPACE IDS CLAIMS EXPIRES_AT
 */
const [port, namespace = '', ids, claims, expiresAt] = process.argv.slice(2)
const client = redisClient(Number(port))
const store = redisReplayStore({ command: commandOf(client), namespace })
const answers = Array.from({ length: Number(ids) * Number(claims) }, (_, index) =>
  store.claim(`id ${index % Number(ids)}`, Number(expiresAt)),
)
process.stdout.write(String((await Promise.all(answers)).filter(Boolean).length))
client.disconnect()
