import { storedRecord } from '../checked-key-record.ts'
import { type Clock, systemClock } from '../effects.ts'
import { assertFunction, assertKnownKeys, assertString } from '../options.ts'
import {
  type ApiKeyRecord,
  DuplicateKeyError,
  isAskedFor,
  type KeyQuery,
  type KeyStore,
  type KeyUse,
  withChanges,
} from './key-store.ts'
import { type RedisCommand, redisScript } from './parts/redis-command.ts'
import { RedisRateLimits } from './parts/redis-rate-limits.ts'
import { RedisReplays } from './parts/redis-replays.ts'
import type { RateLimitStore } from './rate-limit-store.ts'
import type { ReleasableReplayStore } from './replay-store.ts'

export type { RedisCommand } from './parts/redis-command.ts'

export interface RedisKeyStoreOptions {
  readonly command: RedisCommand
  /** Begins every name in Redis. Braces keep them in one slot of a cluster. Default `{gatewarden}:`. */
  readonly namespace?: string
}

/** KEYS: id name, hash name, index; ARGV: id, hash, record. */
const INSERT = `
  if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
  redis.call('SET', KEYS[1], ARGV[3])
  redis.call('SET', KEYS[2], ARGV[1])
  redis.call('ZADD', KEYS[3], 0, ARGV[1])
  return 1`

/** KEYS: hash names; ARGV: what the names of ids begin with. */
const FIND = `
  for _, name in ipairs(KEYS) do
    local id = redis.call('GET', name)
    if id then return redis.call('GET', ARGV[1] .. id) or redis.error_reply('ERR the record of an API key is gone') end
  end
  return false`

/** Writes a record if it is still the one that was read. KEYS: id name; ARGV: as read, as it shall be. */
const SWAP = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`

/** KEYS: id name, new id name, new hash name, index; ARGV: old as read, old as it shall be, new id, new record. */
const REPLACE = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return -1 end
  redis.call('SET', KEYS[1], ARGV[2])
  redis.call('SET', KEYS[2], ARGV[4])
  redis.call('SET', KEYS[3], ARGV[3])
  redis.call('ZADD', KEYS[4], 0, ARGV[3])
  return 1`

const PAGE_OF_IDS = 1_000
/** Of many that change one key at once, one succeeds in each round. */
const MAX_TRIES = 1_000
const TOUCHES_AT_ONCE = 100

/**
 * API keys in Redis, for a fleet that has nothing else. What Redis acknowledges it keeps only as well as its own
 * persistence says: run it with `appendonly yes`, and `appendfsync always` if a power cut must lose nothing.
 */
export function redisKeyStore(options: RedisKeyStoreOptions): KeyStore {
  assertKnownKeys('redisKeyStore', options, ['command', 'namespace'])
  const { command, namespace = '{gatewarden}:' } = options
  assertFunction('redisKeyStore', 'command', command)
  assertString('redisKeyStore', 'namespace', namespace)
  return new RedisKeyStore(command, namespace)
}

class RedisKeyStore implements KeyStore {
  readonly #command: RedisCommand
  readonly #ids: string
  readonly #hashes: string
  readonly #index: string
  readonly #insert: ReturnType<typeof redisScript>
  readonly #find: ReturnType<typeof redisScript>
  readonly #swap: ReturnType<typeof redisScript>
  readonly #replace: ReturnType<typeof redisScript>

  constructor(command: RedisCommand, namespace: string) {
    this.#command = command
    this.#ids = `${namespace}api-key:`
    this.#hashes = `${namespace}api-key-hash:`
    this.#index = `${namespace}api-keys`
    this.#insert = redisScript(command, INSERT)
    this.#find = redisScript(command, FIND)
    this.#swap = redisScript(command, SWAP)
    this.#replace = redisScript(command, REPLACE)
  }

  async findByHash(hashes: readonly string[]): Promise<ApiKeyRecord | undefined> {
    const names = hashes.map((hash) => this.#hashes + hash)
    return recordOf(await this.#find(names, [this.#ids]))
  }

  async findById(id: string): Promise<ApiKeyRecord | undefined> {
    return recordOf(await this.#command('GET', this.#ids + id))
  }

  async insert(record: ApiKeyRecord): Promise<void> {
    const names = [this.#ids + record.id, this.#hashes + record.hash, this.#index]
    const done = await this.#insert(names, [record.id, record.hash, JSON.stringify(record)])
    if (done !== 1) throw new DuplicateKeyError('the key is there already')
  }

  update: KeyStore['update'] = (id, changes) => this.#change(id, (record) => withChanges(record, changes))

  revoke: KeyStore['revoke'] = (id, revokedAt) =>
    this.#change(id, (record) => ({ ...record, revokedAt: record.revokedAt ?? revokedAt }))

  async replace(id: string, successor: ApiKeyRecord, graceUntil: number): Promise<ApiKeyRecord | undefined> {
    const names = [this.#ids + id, this.#ids + successor.id, this.#hashes + successor.hash, this.#index]
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const text = await this.#command('GET', this.#ids + id)
      const record = recordOf(text)
      if (!record || record.revokedAt !== undefined || record.replacedBy !== undefined) return undefined
      const replaced = { ...record, replacedBy: successor.id, graceUntil }
      const args = [String(text), JSON.stringify(replaced), successor.id, JSON.stringify(successor)]
      const done = await this.#replace(names, args)
      if (done === 1) return replaced
      if (done === -1) throw new DuplicateKeyError('the key is there already')
    }
    throw new Error('redisKeyStore: others kept changing the key; try again')
  }

  async list(query: KeyQuery): Promise<readonly ApiKeyRecord[]> {
    const found: ApiKeyRecord[] = []
    let after = query.after ?? ''
    while (found.length < query.limit) {
      const from = after === '' ? '-' : `(${after}`
      const ids = await this.#command('ZRANGEBYLEX', this.#index, from, '+', 'LIMIT', '0', String(PAGE_OF_IDS))
      if (!Array.isArray(ids) || ids.length === 0) break
      const texts = await this.#command('MGET', ...ids.map((id) => this.#ids + String(id)))
      for (const text of texts as unknown[]) {
        const record = recordOf(text)
        if (record && isAskedFor(record, query)) found.push(record)
      }
      after = String(ids.at(-1))
    }
    return found.slice(0, query.limit)
  }

  async touch(uses: readonly KeyUse[], intervalSeconds: number): Promise<void> {
    const touch = ({ id, usedAt }: KeyUse) =>
      this.#change(id, (record) =>
        usedAt - (record.lastUsedAt ?? Number.NEGATIVE_INFINITY) < intervalSeconds
          ? record
          : { ...record, lastUsedAt: usedAt },
      )
    for (let from = 0; from < uses.length; from += TOUCHES_AT_ONCE) {
      await Promise.all(uses.slice(from, from + TOUCHES_AT_ONCE).map(touch))
    }
  }

  /** Reads, changes and writes, again when another was faster. */
  async #change(id: string, change: (record: ApiKeyRecord) => ApiKeyRecord): Promise<ApiKeyRecord | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const text = await this.#command('GET', this.#ids + id)
      const record = recordOf(text)
      if (!record) return undefined
      const changed = change(record)
      if (changed === record) return record
      if ((await this.#swap([this.#ids + id], [String(text), JSON.stringify(changed)])) === 1) return changed
    }
    throw new Error('redisKeyStore: others kept changing the key; try again')
  }
}

/** @throws Error when Redis holds something else under the name */
function recordOf(text: unknown): ApiKeyRecord | undefined {
  if (text === null || text === undefined || text === false) return undefined
  return storedRecord(JSON.parse(String(text)))
}

export interface RedisReplayStoreOptions {
  readonly command: RedisCommand
  /** Begins every name in Redis. Without braces, so that a cluster spreads the names. Default `gatewarden:`. */
  readonly namespace?: string
  readonly now?: Clock
}

/**
 * What may be used once in a fleet that shares a Redis. It must never drop a name early: `maxmemory-policy noeviction`.
 * @throws TypeError when an option is wrong
 */
export function redisReplayStore(options: RedisReplayStoreOptions): ReleasableReplayStore {
  assertKnownKeys('redisReplayStore', options, ['command', 'namespace', 'now'])
  const { command, namespace = 'gatewarden:', now = systemClock } = options
  assertFunction('redisReplayStore', 'command', command)
  assertString('redisReplayStore', 'namespace', namespace)
  assertFunction('redisReplayStore', 'now', now)
  return new RedisReplays(command, namespace, now)
}

export interface RedisRateLimitStoreOptions {
  readonly command: RedisCommand
  /** Begins every name in Redis. Braces keep them in one slot of a cluster. Default `{gatewarden}:`. */
  readonly namespace?: string
  /** Default: the clock of Redis itself, for those of a fleet differ. Give another to tests only. */
  readonly now?: Clock
}

/**
 * What callers have used of their limits, in a fleet that shares a Redis.
 * @throws TypeError when an option is wrong
 */
export function redisRateLimitStore(options: RedisRateLimitStoreOptions): RateLimitStore {
  assertKnownKeys('redisRateLimitStore', options, ['command', 'namespace', 'now'])
  const { command, namespace = '{gatewarden}:', now } = options
  assertFunction('redisRateLimitStore', 'command', command)
  assertString('redisRateLimitStore', 'namespace', namespace)
  if (now !== undefined) assertFunction('redisRateLimitStore', 'now', now)
  return new RedisRateLimits(command, namespace, now)
}
