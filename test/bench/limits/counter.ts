import type { ServerResponse } from 'node:http'

export type Store = 'memory' | 'Redis'

/**
 * What is done for a request: `count` is the store alone; `limit` is what a request pays, from who calls to the `RateLimit`
 * fields of the answer.
 */
export type Work = 'count' | 'limit'

/** Something that counts requests. */
export interface Counter {
  readonly party: string
  readonly store: Store
  readonly work: Work
  /** Counts a request of that key, a number below `KEYS`. At once or later; never refuses. */
  readonly count: (key: number) => unknown
}

export const KEYS = 10_000
export const NAMES: readonly string[] = Array.from({ length: KEYS }, (_, key) => `client-${key}`)
/** So much that nobody is ever refused. */
export const QUOTA = 10_000_000
export const WINDOW_SECONDS = 60

/** Takes header fields, and keeps none. */
export function responseThatForgets(): ServerResponse {
  const response = { headersSent: false, setHeader() {}, append() {} }
  return response as unknown as ServerResponse
}
