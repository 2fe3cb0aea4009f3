import { DependencyError } from '../errors.ts'
import { assertFunction, assertKnownKeys, assertString } from '../options.ts'
import { type RedisCommand, redisScript } from './parts/redis-command.ts'
import { newEntryId, parseCursor } from './parts/revocation-cursor.ts'
import { pageOfRows, type RevocationRow } from './parts/revocation-row.ts'
import type { RevocationPage, RevocationStore } from './revocation-store.ts'

export type { RedisCommand } from './parts/redis-command.ts'

/**
 * Hears what is published on a channel, over a connection of its own, and resolves with what ends that. A client that
 * loses the connection subscribes again by itself.
 */
export type RedisSubscribe = (channel: string, onMessage: () => void) => Promise<() => unknown>

export interface RedisRevocationStoreOptions {
  readonly command: RedisCommand
  /** Without it, a revocation that another instance made is seen at the next poll. */
  readonly subscribe?: RedisSubscribe
  /** Begins every name in Redis. Braces keep them in one slot of a cluster. Default `{gatewarden}:`. */
  readonly namespace?: string
}

/** KEYS: entries by position, positions by expiry; ARGV: id, revocation, its end, channel. */
const APPEND = `
  local newest = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  local position = (tonumber(newest[2]) or 0) + 1
  redis.call('ZADD', KEYS[1], position, ARGV[1] .. ' ' .. ARGV[2])
  redis.call('ZADD', KEYS[2], ARGV[3], position)
  redis.call('PUBLISH', ARGV[4], position)
  return position`

/** KEYS: entries by position; ARGV: the cursor's position and id, limit. An unknown cursor means the beginning. */
const READ = `
  local from = '-inf'
  local at = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])[1]
  if at and string.sub(at, 1, #ARGV[2] + 1) == ARGV[2] .. ' ' then from = '(' .. ARGV[1] end
  return redis.call('ZRANGEBYSCORE', KEYS[1], from, '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])`

/** KEYS as in APPEND; ARGV: expired by then, how many at once. Returns how many there were. Redis's own clock counts too. */
const PURGE = `
  local expiredBy = math.min(tonumber(ARGV[1]), tonumber(redis.call('TIME')[1]))
  local newest = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  local expired = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', expiredBy, 'LIMIT', 0, ARGV[2])
  local removed = 0
  for _, position in ipairs(expired) do
    if position ~= newest then
      redis.call('ZREMRANGEBYSCORE', KEYS[1], position, position)
      redis.call('ZREM', KEYS[2], position)
      removed = removed + 1
    end
  end
  return removed`

const PURGED_AT_ONCE = 1_000

/**
 * Revocations in Redis, for a fleet: each is told to all instances at once, and read by those that did not hear it. What
 * Redis acknowledges it keeps only as well as its own persistence says: run it with `appendonly yes`, and a
 * `maxmemory-policy` that evicts no key without a time to live.
 */
export function redisRevocationStore(options: RedisRevocationStoreOptions): RevocationStore {
  const factory = 'redisRevocationStore'
  assertKnownKeys(factory, options, ['command', 'subscribe', 'namespace'])
  const { command, subscribe, namespace = '{gatewarden}:' } = options
  assertFunction(factory, 'command', command)
  if (subscribe !== undefined) assertFunction(factory, 'subscribe', subscribe)
  assertString(factory, 'namespace', namespace)
  const channel = `${namespace}revocations`
  const names = [channel, `${namespace}revocations-by-expiry`]
  const append = redisScript(command, APPEND)
  const read = redisScript(command, READ)
  const purge = redisScript(command, PURGE)

  return {
    async append(revocation) {
      await append(names, [newEntryId(), JSON.stringify(revocation), String(revocation.expiresAt), channel])
    },
    async read(text, limit) {
      const { position = 0, id = '' } = parseCursor(text) ?? {}
      return pageOf(await read(names.slice(0, 1), [String(position), id, String(limit + 1)]), limit, text)
    },
    async purge(expiredBy) {
      let removed: unknown
      do removed = await purge(names, [String(expiredBy), String(PURGED_AT_ONCE)])
      while (Number(removed) > 0)
    },
    ...(subscribe && { subscribe: (onAppended: () => void) => subscribe(channel, () => onAppended()) }),
  }
}

/** @param reply entries and their positions in turn; an entry is its id, a space and its revocation as JSON */
function pageOf(reply: unknown, limit: number, otherwise: string): RevocationPage {
  if (!Array.isArray(reply)) throw new DependencyError('revocation store', 'answered with something that is no list')
  const rows: RevocationRow[] = []
  for (let index = 0; index < reply.length; index += 2) {
    const entry = String(reply[index])
    const space = entry.indexOf(' ')
    rows.push({ position: Number(reply[index + 1]), id: entry.slice(0, space), revocation: entry.slice(space + 1) })
  }
  return pageOfRows(rows, limit, otherwise)
}
