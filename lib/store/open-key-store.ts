import type { KeyStore } from './key-store.ts'
import { OpenKeyStoreError } from './open/open-key-store-error.ts'
import { openPostgresStore } from './open/postgres.ts'
import { openRedisStore } from './open/redis.ts'
import { openSqliteStore } from './open/sqlite.ts'
import { storeProblem } from './open/store-problem.ts'

export { OpenKeyStoreError } from './open/open-key-store-error.ts'
export { storeName } from './open/store-name.ts'
export { storeProblem } from './open/store-problem.ts'

export interface OpenKeyStoreOptions {
  /** Make the file or the tables when there are none. Default false: a typing mistake then shows no empty store. */
  readonly create?: boolean
  /** How long the store may take to answer for the first time. Default 5,000. */
  readonly timeoutMs?: number
}

export interface OpenedKeyStore {
  readonly store: KeyStore
  /** Whether it was made just now. */
  readonly isNew: boolean
  close(): Promise<void>
}

/**
 * Opens the store that a URL names: `sqlite:FILE`, `postgres://…` or `redis://…`. The packages `pg` and `ioredis` are
 * loaded when they are needed. For programs that end soon, such as the command line: few connections, short time-outs.
 * @throws OpenKeyStoreError that says what to do, without the URL's password
 */
export async function openKeyStore(url: string, options: OpenKeyStoreOptions = {}): Promise<OpenedKeyStore> {
  const { create = false, timeoutMs = 5_000 } = options
  try {
    return await opener(url)(url, create, timeoutMs)
  } catch (error) {
    if (error instanceof OpenKeyStoreError) throw error
    throw new OpenKeyStoreError(storeProblem(error, url), { cause: error })
  }
}

type Opener = (url: string, create: boolean, timeoutMs: number) => Promise<OpenedKeyStore>

const OPENERS: ReadonlyMap<string, Opener> = new Map([
  ['sqlite', async (url, create) => openSqliteStore(url, create)],
  ['postgres', openPostgresStore],
  ['postgresql', openPostgresStore],
  ['redis', openRedisStore],
  ['rediss', openRedisStore],
])

/** What is wrong with the form of a store's URL, in words that hold no part of it; `undefined` when nothing is. */
export function storeUrlProblem(url: string): string | undefined {
  const scheme = schemeOf(url)
  if (!OPENERS.has(scheme)) {
    return 'a store is sqlite:FILE, postgres://USER:PASSWORD@HOST/DATABASE or redis://HOST:PORT'
  }
  if (scheme === 'sqlite' || URL.canParse(url)) return undefined
  return 'the URL of the store is not valid; write %40 for an @ in a password, and %2F for a /'
}

function opener(url: string): Opener {
  const found = OPENERS.get(schemeOf(url))
  const problem = storeUrlProblem(url)
  if (!found || problem !== undefined) throw new OpenKeyStoreError(problem ?? '')
  return found
}

function schemeOf(url: string): string {
  return /^([a-z]+):/.exec(url)?.[1] ?? ''
}
