import { memoryRateLimitStore } from '../../lib/store/memory.ts'
import type { RateLimitStore } from '../../lib/store/rate-limit-store.ts'

/** A store of limits that a test can make fail, as a server elsewhere does: it answers later. */
export interface FragileRateLimits extends RateLimitStore {
  /** How often it was asked. */
  readonly asked: () => number
  /** From now on it does this; `undefined`: it works again. */
  setFault(fault: (() => unknown) | undefined): void
}

export function fragileRateLimits(now: () => number): FragileRateLimits {
  const store = memoryRateLimitStore({ now })
  let fault: (() => unknown) | undefined
  let asked = 0
  return {
    asked: () => asked,
    setFault(next) {
      fault = next
    },
    take(takes) {
      asked++
      return fault ? (fault() as ReturnType<RateLimitStore['take']>) : Promise.resolve(store.take(takes))
    },
  }
}

/** What a store may do instead of answering. */
export const STORE_FAULTS: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new Error('secret:6379 is down')
  },
  'throws undefined': () => {
    throw undefined
  },
  rejects: () => Promise.reject(new Error('secret:6379 is down')),
  'never answers': () => new Promise(() => undefined),
  'answers nothing': () => undefined,
  'answers later with nothing': () => Promise.resolve(undefined),
  'answers about fewer': () => Promise.resolve([]),
  'answers with null': () => [null],
  'answers with no numbers': () => Promise.resolve([{ remaining: 'many', resetSeconds: 0, waitSeconds: 0 }]),
  'answers with NaN': () => [{ remaining: 1, resetSeconds: 1, waitSeconds: Number.NaN }],
  'answers with less than nothing': () => [{ remaining: -1, resetSeconds: 1, waitSeconds: 0 }],
  'answers true': () => true,
}
