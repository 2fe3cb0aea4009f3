import type { PostgresPool } from '../parts/postgres-pool.ts'
import type { RedisCommand } from '../parts/redis-command.ts'

/** A kind of store that a URL can name, and how it is made on what was opened. */
export interface StoreKind<T> {
  /** What messages call what it holds, such as `keys`. */
  readonly contents: string
  /** Who makes one that is not there, such as `"keys create"`. */
  readonly maker: string
  /** Loads `node:sqlite` no sooner than now: Node 22 prints a warning for it. */
  sqlite(file: string): Promise<T & { close(): void }>
  postgres(pool: PostgresPool): T
  /** Absent where Redis holds none of the kind. */
  readonly redis?: (command: RedisCommand) => T
}

export interface OpenStoreOptions {
  /** Make the file or the tables when there are none. Default false: a typing mistake then shows no empty store. */
  readonly create?: boolean
  /** How long the store may take to answer for the first time. Default 5,000. */
  readonly timeoutMs?: number
}

export interface OpenedStore<T> {
  readonly store: T
  /** Whether it was made just now. */
  readonly isNew: boolean
  close(): Promise<void>
}
