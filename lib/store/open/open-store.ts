import { OpenStoreError } from './open-store-error.ts'
import { openPostgresStore } from './postgres.ts'
import { openRedisStore } from './redis.ts'
import { openSqliteStore } from './sqlite.ts'
import type { OpenedStore, OpenStoreOptions, StoreKind } from './store-kind.ts'
import { storeProblem } from './store-problem.ts'

/**
 * Opens a store of a kind at a URL: `sqlite:FILE`, `postgres://…` or `redis://…`.
 * @throws OpenStoreError that says what to do, without the URL's password
 */
export async function openStore<T>(
  kind: StoreKind<T>,
  url: string,
  options: OpenStoreOptions = {},
): Promise<OpenedStore<T>> {
  const { create = false, timeoutMs = 5_000 } = options
  const problem = storeUrlProblem(url)
  if (problem !== undefined) throw new OpenStoreError(problem)
  try {
    const backend = BACKENDS.get(schemeOf(url))
    if (backend === 'sqlite') return await openSqliteStore(kind, url, create)
    if (backend === 'redis') {
      // Before there is a connection, which would keep the program running.
      if (!kind.redis) throw new OpenStoreError(`${kind.contents} are kept in SQLite or PostgreSQL, not in Redis`)
      return await openRedisStore(kind.redis, url, timeoutMs)
    }
    return await openPostgresStore(kind, url, create, timeoutMs)
  } catch (error) {
    if (error instanceof OpenStoreError) throw error
    throw new OpenStoreError(storeProblem(error, url), { cause: error })
  }
}

const BACKENDS: ReadonlyMap<string, 'sqlite' | 'postgres' | 'redis'> = new Map([
  ['sqlite', 'sqlite'],
  ['postgres', 'postgres'],
  ['postgresql', 'postgres'],
  ['redis', 'redis'],
  ['rediss', 'redis'],
])

/** What is wrong with the form of a store's URL, in words that hold no part of it; `undefined` when nothing is. */
export function storeUrlProblem(url: string): string | undefined {
  const scheme = schemeOf(url)
  if (!BACKENDS.has(scheme)) {
    return 'a store is sqlite:FILE, postgres://USER:PASSWORD@HOST/DATABASE or redis://HOST:PORT'
  }
  if (scheme === 'sqlite' || URL.canParse(url)) return undefined
  return 'the URL of the store is not valid; write %40 for an @ in a password, and %2F for a /'
}

function schemeOf(url: string): string {
  return /^([a-z]+):/.exec(url)?.[1] ?? ''
}
