import { type Environment, required } from './environment.ts'

/** What the instances of a fleet share. Without any of it, this is the only one. */
export interface FleetConfig {
  /** PostgreSQL: API keys, HMAC secrets, and revocations when there is no Redis. In place of the SQLite file. */
  readonly databaseUrl?: string | undefined
  /** Redis: revocations, used proofs and signatures, limits. In place of this process's memory. */
  readonly redisUrl?: string | undefined
  /** At least 32 random bytes, the same for all: then verified tokens are shared in Redis as well. */
  readonly tokenCacheSecret?: string | undefined
}

const LEAST_SECRET_BYTES = 32

/** @throws Error whose one-line message names the variable and the remedy, and shows no password */
export function readFleetConfig(environment: Environment): FleetConfig {
  const redisUrl = storeUrl(environment, 'REDIS_URL', ['redis:', 'rediss:'], 'redis://127.0.0.1:6379')
  return {
    databaseUrl: storeUrl(
      environment,
      'DATABASE_URL',
      ['postgres:', 'postgresql:'],
      'postgres://gateway@127.0.0.1:5432/gateway',
    ),
    redisUrl,
    tokenCacheSecret: tokenCacheSecret(environment, redisUrl),
  }
}

function storeUrl(
  environment: Environment,
  name: string,
  schemes: readonly string[],
  example: string,
): string | undefined {
  const text = environment[name]?.trim()
  if (!text) return undefined
  if (URL.canParse(text) && schemes.includes(new URL(text).protocol)) return text
  throw new Error(`${name} is no such URL: set it to one like ${example}`)
}

function tokenCacheSecret(environment: Environment, redisUrl: string | undefined): string | undefined {
  if (!environment.TOKEN_CACHE_SECRET?.trim()) return undefined
  if (redisUrl === undefined) required(environment, 'REDIS_URL', 'redis://127.0.0.1:6379')
  const secret = required(environment, 'TOKEN_CACHE_SECRET', 'openssl rand -base64 32')
  if (Buffer.byteLength(secret) >= LEAST_SECRET_BYTES) return secret
  throw new Error('TOKEN_CACHE_SECRET is too short: make it with `openssl rand -base64 32`')
}
