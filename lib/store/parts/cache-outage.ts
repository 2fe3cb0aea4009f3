import { withDeadline } from '../../deadline.ts'
import type { Clock } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import { rarely, type Warn } from '../../warning.ts'

const LEFT_ALONE_SECONDS = 1

export interface CacheOutageOptions {
  readonly deadlineMs: number
  readonly now: Clock
  readonly warn: Warn
}

/**
 * Does without a cache that fails or is slow. It is left alone for a second, then tried by one: otherwise each request would
 * wait for it until the deadline, and wait in vain.
 */
export class CacheOutage {
  readonly #deadlineMs: number
  readonly #now: Clock
  readonly #warn: Warn
  /** When it was tried last, while it fails. */
  #triedAt: number | undefined

  constructor({ deadlineMs, now, warn }: CacheOutageOptions) {
    this.#deadlineMs = deadlineMs
    this.#now = now
    this.#warn = rarely(warn, now)
  }

  /** What the cache answers; `undefined` when it does not. Never rejects. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#isLeftAlone()) return undefined
    try {
      const answer = await withDeadline('token cache', this.#deadlineMs, work())
      this.#triedAt = undefined
      return answer
    } catch (error) {
      this.#triedAt = this.#now()
      // Other messages may hold what was stored.
      this.#warn(error instanceof DependencyError ? error.message : 'token cache: failed')
      return undefined
    }
  }

  /** Whether to do without it. If not, and it fails, the caller is the one that tries. */
  #isLeftAlone(): boolean {
    if (this.#triedAt === undefined) return false
    const at = this.#now()
    // A clock that was set back leaves nothing alone for longer.
    if (Math.abs(at - this.#triedAt) < LEFT_ALONE_SECONDS) return true
    this.#triedAt = at
    return false
  }
}
