import { hash } from 'node:crypto'
import type { Clock } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import type { ReleasableReplayStore } from '../replay-store.ts'

/**
 * Claimed ids, by their hash. They are forgotten a second's worth at a time, which costs nothing while there is nothing to
 * forget, and none is forgotten before it expires.
 */
export class MemoryReplays implements ReleasableReplayStore {
  readonly #maxEntries: number
  readonly #now: Clock
  readonly #expiries = new Map<string, number>()
  /** What expires within a second, by the end of that second. */
  readonly #bySecond = new Map<number, string[]>()
  /** The latest expiry that was forgotten. After a clock is set back, what it may have been is refused. */
  #forgottenUntil = Number.NEGATIVE_INFINITY
  #sweptAt = Number.NaN

  constructor(maxEntries: number, now: Clock) {
    this.#maxEntries = maxEntries
    this.#now = now
  }

  claim(id: string, expiresAt: number): boolean {
    const now = this.#now()
    // Written so that NaN is refused too.
    if (!(expiresAt > now && expiresAt < Infinity) || expiresAt <= this.#forgottenUntil) return false
    this.#sweep(now)
    const name = hash('sha256', id, 'binary')
    const known = this.#expiries.get(name)
    if (known !== undefined && now < known) return false
    if (known === undefined && this.#expiries.size >= this.#maxEntries) {
      throw new DependencyError('replay store', 'is full: it holds as many ids as it may')
    }
    this.#keep(name, expiresAt)
    return true
  }

  release(id: string): void {
    this.#expiries.delete(hash('sha256', id, 'binary'))
  }

  #keep(name: string, expiresAt: number): void {
    this.#expiries.set(name, expiresAt)
    const second = Math.ceil(expiresAt)
    const others = this.#bySecond.get(second)
    if (others) others.push(name)
    else this.#bySecond.set(second, [name])
  }

  #sweep(now: number): void {
    const second = Math.floor(now)
    if (second === this.#sweptAt) return
    this.#sweptAt = second
    for (const [end, names] of this.#bySecond) {
      if (end > now) continue
      this.#bySecond.delete(end)
      for (const name of names) this.#forget(name, now)
    }
  }

  /** Unless it has been claimed anew since. */
  #forget(name: string, now: number): void {
    const expiresAt = this.#expiries.get(name)
    if (expiresAt === undefined || expiresAt > now) return
    this.#expiries.delete(name)
    this.#forgottenUntil = Math.max(this.#forgottenUntil, expiresAt)
  }
}
