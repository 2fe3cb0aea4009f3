import { type Clock, systemClock } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { assertDelayMs, assertFunction, assertKnownKeys, assertPositiveNumber, assertString } from '../options.ts'
import { createPrincipal, type PrincipalFields } from '../principal.ts'
import { sharedSecret } from '../shared-secret.ts'
import { emitWarning, rarely, type Warn } from '../warning.ts'
import { CacheOutage } from './parts/cache-outage.ts'
import { LocalTokens } from './parts/local-tokens.ts'
import type { RedisCommand } from './parts/redis-command.ts'
import { TokenSeal } from './parts/token-seal.ts'
import type { CachedToken, TokenCache } from './token-cache.ts'

export interface RedisTokenCacheOptions {
  readonly command: RedisCommand
  /** Of at least 32 bytes, the same for the whole fleet. Whoever has it can make principals. */
  readonly secret: string | Uint8Array
  /** Begins every name in Redis. Without braces, so that a cluster spreads them. Default `gatewarden:`. */
  readonly namespace?: string
  /**
   * How many tokens each process remembers besides, so that it need not ask Redis about each request, and does not forget
   * all with it. 0: none. Default 1,000.
   */
  readonly localEntries?: number
  /** How long Redis is waited for; then it is done without for a second. Default 200. */
  readonly deadlineMs?: number
  readonly now?: Clock
  /** Hears, once a minute at most, of values that do not verify, and of a Redis that fails. Default: `process.emitWarning`. */
  readonly warn?: Warn
}

const FACTORY = 'redisTokenCache'
const KNOWN_OPTIONS = ['command', 'secret', 'namespace', 'localEntries', 'deadlineMs', 'now', 'warn']
const MAX_TTL_SECONDS = 86_400

/**
 * Verified tokens of a fleet, in Redis: what one process has verified, the others need not. Every value is sealed by a
 * MAC over its name and itself, for whoever can write to a Redis could otherwise make principals; what does not verify is
 * no entry. A Redis that fails, or is slow, has forgotten: no request fails because of it.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function redisTokenCache(options: RedisTokenCacheOptions): TokenCache {
  assertKnownKeys(FACTORY, options, KNOWN_OPTIONS)
  const { command, namespace = 'gatewarden:', localEntries = 1_000, deadlineMs = 200 } = options
  const { now = systemClock, warn = emitWarning } = options
  assertFunction(FACTORY, 'command', command)
  assertString(FACTORY, 'namespace', namespace)
  assertPositiveNumber(FACTORY, 'localEntries', localEntries, 0)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs)
  assertFunction(FACTORY, 'now', now)
  assertFunction(FACTORY, 'warn', warn)
  const seal = new TokenSeal(sharedSecret(FACTORY, 'secret', options.secret))
  const shared = new RedisTokenCache({ command, namespace, seal, deadlineMs, now, warn })
  return localEntries < 1 ? shared : withLocalEntries(shared, new LocalTokens(localEntries, now))
}

/** Expiry is in the entry, so it holds in both. */
function withLocalEntries(shared: RedisTokenCache, local: LocalTokens): TokenCache {
  return {
    get: (key) =>
      local.get(key) ??
      shared.get(key).then((entry) => {
        if (entry) local.set(key, entry)
        return entry
      }),
    set(key, token) {
      local.set(key, token)
      return shared.set(key, token)
    },
  }
}

interface Settings {
  readonly command: RedisCommand
  readonly namespace: string
  readonly seal: TokenSeal
  readonly deadlineMs: number
  readonly now: Clock
  readonly warn: Warn
}

class RedisTokenCache implements TokenCache {
  readonly #settings: Settings
  readonly #refused: Warn
  /** Reading and writing apart: Redis may be full, and still be read. */
  readonly #reading: CacheOutage
  readonly #writing: CacheOutage

  constructor(settings: Settings) {
    this.#settings = settings
    this.#refused = rarely(settings.warn, settings.now)
    this.#reading = new CacheOutage(settings)
    this.#writing = new CacheOutage(settings)
  }

  async get(key: string): Promise<CachedToken | undefined> {
    const { namespace, seal, now } = this.#settings
    const name = namespace + key
    const value = await this.#reading.attempt(() => this.#read(name))
    if (value === undefined) return undefined
    const text = seal.open(name, value)
    const entry = text === undefined ? undefined : entryOf(text)
    if (!entry) {
      this.#refused('token cache: a value in Redis does not verify: of another secret or version, or of somebody else')
      return undefined
    }
    return now() < entry.expiresAt ? entry : undefined
  }

  async set(key: string, token: CachedToken): Promise<void> {
    const { command, namespace, seal, now } = this.#settings
    const { principal, keyId, rulesId, expiresAt } = token
    const seconds = Math.min(expiresAt - now(), MAX_TTL_SECONDS)
    // Written so that NaN is refused too.
    if (!(seconds > 0 && Number.isFinite(expiresAt))) return
    const name = namespace + key
    const value = seal.seal(name, JSON.stringify({ principal, keyId, rulesId, expiresAt }))
    if (value === undefined) return
    await this.#writing.attempt(() => command('SET', name, value, 'PX', String(Math.ceil(seconds * 1_000))))
  }

  /** The value; empty when it is of another type, for that is nothing that we have written. */
  async #read(name: string): Promise<string | undefined> {
    try {
      const reply = await this.#settings.command('GET', name)
      return reply === null || reply === undefined ? undefined : String(reply)
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return ''
      throw error
    }
  }
}

/** What was sealed is ours, and still no principal: it is made one again, by the rules of today. */
function entryOf(text: string): CachedToken | undefined {
  const { principal: fields, ...rest } = JSON.parse(text) as CachedToken & { readonly principal: PrincipalFields }
  const principal = createPrincipal(fields)
  return principal instanceof AuthError || !Number.isFinite(rest.expiresAt) ? undefined : { ...rest, principal }
}
