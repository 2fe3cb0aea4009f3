import type { Clock } from '../../effects.ts'
import type { RateLimitState, RateLimitStore, RateLimitTake } from '../rate-limit-store.ts'
import { debtAt, drainMs, type RateBucket, stateOf, waitMs, weightOf } from './rate-bucket.ts'

/** A bucket, and when it will be as good as none. */
interface Entry extends RateBucket {
  drainedAtMs: number
}

/** How many are looked at to find one to forget. */
const SAMPLE = 16

/** Buckets of one process. What JavaScript does in one go, nobody gets between. */
export class MemoryRateLimits implements RateLimitStore {
  readonly #maxEntries: number
  readonly #now: Clock
  readonly #entries = new Map<string, Entry>()

  constructor(maxEntries: number, now: Clock) {
    this.#maxEntries = maxEntries
    this.#now = now
  }

  take(takes: readonly RateLimitTake[]): readonly RateLimitState[] {
    const atMs = Math.round(this.#now() * 1_000)
    const debts: number[] = []
    let isAllowed = true
    for (const take of takes) {
      const entry = this.#entries.get(take.key)
      const debt = debtAt(entry, take, atMs)
      // After a clock was set back the debt leaks from now on, not only once that time has come again.
      if (entry && entry.atMs > atMs) entry.atMs = atMs
      debts.push(debt)
      if (waitMs(debt, take) > 0) isAllowed = false
    }
    return takes.map((take, index) => {
      const debt = debts[index] as number
      if (!isAllowed) return stateOf(debt, waitMs(debt, take), take)
      const taken = debt + take.cost * weightOf(take)
      if (take.cost > 0) this.#keep(take.key, taken, atMs, atMs + drainMs(taken, take))
      return stateOf(taken, 0, take)
    })
  }

  #keep(key: string, debt: number, atMs: number, drainedAtMs: number): void {
    const known = this.#entries.get(key)
    if (known) {
      known.debt = debt
      known.atMs = atMs
      known.drainedAtMs = drainedAtMs
      return
    }
    if (this.#entries.size >= this.#maxEntries) this.#forgetOne(atMs)
    this.#entries.set(key, { debt, atMs, drainedAtMs })
  }

  /**
   * Of the first few that which is drained, or will be soonest; the others go to the end. Many addresses of somebody, each
   * with a window of a minute, so push out one another, and not what a tenant has used up of its day.
   */
  #forgetOne(atMs: number): void {
    const looked: [string, Entry][] = []
    for (const found of this.#entries) {
      looked.push(found)
      if (found[1].drainedAtMs <= atMs || looked.length === SAMPLE) break
    }
    const [first, ...others] = looked
    if (!first) return
    let soonest = first
    for (const found of others) if (found[1].drainedAtMs < soonest[1].drainedAtMs) soonest = found
    for (const [key, entry] of looked) {
      this.#entries.delete(key)
      if (key !== soonest[0]) this.#entries.set(key, entry)
    }
  }
}
