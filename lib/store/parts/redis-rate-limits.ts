import { hash } from 'node:crypto'
import type { Clock } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import type { RateLimitState, RateLimitStore, RateLimitTake } from '../rate-limit-store.ts'
import { stateOf, weightOf } from './rate-bucket.ts'
import { type RedisCommand, type RedisScript, redisScript } from './redis-command.ts'

/**
 * KEYS: names of buckets; ARGV: the time in milliseconds (empty: that of Redis), then for each bucket the quota, the
 * weight of a unit, the burst and the cost. Answers with each bucket's debt and wait. A bucket is `debt:time`, and goes when
 * it is drained; after a clock was set back it leaks from then on. The arithmetic is that of rate-bucket.ts, in the same doubles.
 */
const TAKE = `
  local now = tonumber(ARGV[1])
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  local kept = redis.call('MGET', unpack(KEYS))
  local allowed = true
  local buckets = {}
  for i = 1, #KEYS do
    local quota, weight = tonumber(ARGV[4 * i - 2]), tonumber(ARGV[4 * i - 1])
    local burst, cost = tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i + 1])
    local debt, behind = 0, false
    if kept[i] then
      local owed, at = string.match(kept[i], '^(%d+):(%d+)$')
      if not owed then return redis.error_reply('ERR not a bucket of a rate limit') end
      behind = tonumber(at) > now
      local leaked = math.max(0, now - tonumber(at)) * quota
      debt = math.max(0, math.min(tonumber(owed), burst * weight) - leaked)
    end
    local excess = debt - (burst - cost) * weight
    local wait = 0
    if excess > 0 then
      wait = math.ceil(excess / quota)
      allowed = false
    end
    buckets[i] = { debt, wait, quota, cost * weight, behind }
  end
  local answer = {}
  for i, bucket in ipairs(buckets) do
    local debt = bucket[1]
    if allowed then debt = debt + bucket[4] end
    if debt > 0 and (debt > bucket[1] or bucket[5]) then
      local value = string.format('%.0f:%.0f', debt, now)
      redis.call('SET', KEYS[i], value, 'PX', string.format('%.0f', math.ceil(debt / bucket[3])))
    end
    answer[2 * i - 1] = string.format('%.0f', debt)
    answer[2 * i] = string.format('%.0f', bucket[2])
  end
  return answer`

/** Buckets of a fleet. */
export class RedisRateLimits implements RateLimitStore {
  readonly #take: RedisScript
  readonly #prefix: string
  readonly #now: Clock | undefined

  constructor(command: RedisCommand, namespace: string, now: Clock | undefined) {
    this.#take = redisScript(command, TAKE)
    this.#prefix = `${namespace}rate:`
    this.#now = now
  }

  async take(takes: readonly RateLimitTake[]): Promise<readonly RateLimitState[]> {
    if (takes.length === 0) return []
    const names = takes.map(({ key }) => this.#prefix + hash('sha256', key, 'base64url'))
    const args = [this.#now ? String(Math.round(this.#now() * 1_000)) : '']
    for (const take of takes) {
      args.push(String(take.quota), String(weightOf(take)), String(take.burst), String(take.cost))
    }
    const reply = await this.#ask(names, args)
    return takes.map((take, index) => stateOf(numberIn(reply, 2 * index), numberIn(reply, 2 * index + 1), take))
  }

  async #ask(names: readonly string[], args: readonly string[]): Promise<readonly unknown[]> {
    let reply: unknown
    try {
      reply = await this.#take(names, args)
    } catch (cause) {
      throw new DependencyError('rate limit store', 'cannot be asked', { cause })
    }
    if (Array.isArray(reply) && reply.length === 2 * names.length) return reply
    throw new DependencyError('rate limit store', 'gave no usable answer')
  }
}

function numberIn(reply: readonly unknown[], index: number): number {
  const text = reply[index]
  if (typeof text === 'string' && /^\d{1,16}$/.test(text)) return Number(text)
  throw new DependencyError('rate limit store', 'gave no usable answer')
}
