import { type Awaitable, onceThere } from '../effects.ts'
import type { RateLimitState, RateLimitStore, RateLimitTake } from '../store/rate-limit-store.ts'

/** What one window has for a request that is not counted. */
export interface PeekedWindow {
  /** The name of the limit. */
  readonly limit: string
  readonly quota: number
  readonly windowSeconds: number
  readonly burst: number
  /** What the request would take. */
  readonly cost: number
  /** Whole units that are there. */
  readonly remaining: number
  /** How long until the cost is there; 0 when it is. */
  readonly waitSeconds: number
}

/** A store that says what would come of it, and takes nothing. */
export class PeekingStore implements RateLimitStore {
  readonly #store: RateLimitStore
  readonly #seen: (window: PeekedWindow) => void

  /** @param seen hears what each window has */
  constructor(store: RateLimitStore, seen: (window: PeekedWindow) => void) {
    this.#store = store
    this.#seen = seen
  }

  take(takes: readonly RateLimitTake[]): Awaitable<readonly RateLimitState[]> {
    const looks = takes.map((take) => ({ ...take, cost: 0 }))
    return onceThere(this.#store.take(looks), (states) => this.#foretold(takes, states))
  }

  #foretold(takes: readonly RateLimitTake[], states: readonly RateLimitState[]): readonly RateLimitState[] {
    const waits = takes.map((take, index) => waitFor(take, states[index] as RateLimitState))
    const isAllowed = waits.every((wait) => wait === 0)
    return takes.map(({ key, quota, windowSeconds, burst, cost }, index) => {
      const { remaining, resetSeconds } = states[index] as RateLimitState
      const waitSeconds = waits[index] as number
      this.#seen({ limit: key.slice(0, key.indexOf('\n')), quota, windowSeconds, burst, cost, remaining, waitSeconds })
      if (!isAllowed) return { remaining, resetSeconds, waitSeconds }
      return {
        remaining: remaining - cost,
        resetSeconds: resetSeconds + (cost * windowSeconds) / quota,
        waitSeconds: 0,
      }
    })
  }
}

/** All of `burst` is back when `resetSeconds` are over, and it comes back evenly. A millisecond at least. */
function waitFor({ quota, windowSeconds, burst, cost }: RateLimitTake, state: RateLimitState): number {
  if (state.remaining >= cost) return 0
  const untilCost = state.resetSeconds - ((burst - cost) * windowSeconds) / quota
  return Math.max(1, Math.round(untilCost * 1_000)) / 1_000
}
