import { withDeadline } from '../deadline.ts'
import { type Awaitable, type Clock, isLater } from '../effects.ts'
import { DependencyError } from '../errors.ts'
import type { RateLimitState, RateLimitStore, RateLimitTake } from '../store/rate-limit-store.ts'
import { rarely, type Warn } from '../warning.ts'
import { type LimitStoreEvent, limitStoreEvents } from './store-event.ts'

type States = readonly RateLimitState[]

/** How long a store that failed is left alone, before one request tries it: otherwise each would wait in vain. */
const LEFT_ALONE_SECONDS = 1

export interface GuardedStoreOptions {
  readonly store: RateLimitStore
  /** Counts meanwhile; without one, requests are refused. */
  readonly local: RateLimitStore | undefined
  readonly deadlineMs: number
  readonly now: Clock
  readonly warn: Warn
}

/** A store that may be down, slow or wrong. It is never taken for an answer that there is room. */
export class GuardedStore implements RateLimitStore {
  readonly #options: GuardedStoreOptions
  readonly #warn: Warn
  /** When it was tried last, while it fails. */
  #triedAt: number | undefined
  /** How often it has failed: an answer to a question from before that is no recovery. */
  #failures = 0

  constructor(options: GuardedStoreOptions) {
    this.#options = options
    this.#warn = rarely(options.warn, options.now)
  }

  take(takes: readonly RateLimitTake[]): Awaitable<States> {
    if (this.#isLeftAlone()) return this.#without(takes, undefined)
    const { store, deadlineMs } = this.#options
    try {
      const answer = withDeadline('rate limit store', deadlineMs, store.take(takes))
      return isLater(answer) ? this.#later(answer, takes) : this.#known(answer, takes, this.#failures)
    } catch (error) {
      return this.#failed(takes, error)
    }
  }

  async #later(answer: PromiseLike<States>, takes: readonly RateLimitTake[]): Promise<States> {
    const failures = this.#failures
    try {
      return this.#known(await answer, takes, failures)
    } catch (error) {
      return this.#failed(takes, error)
    }
  }

  #known(states: unknown, takes: readonly RateLimitTake[], failures: number): States {
    if (!areStates(states, takes)) throw new DependencyError('rate limit store', 'gave no usable answer')
    if (this.#triedAt !== undefined && failures === this.#failures) {
      this.#triedAt = undefined
      this.#publish('up', undefined)
      this.#tell('rate limit store: answers again', this.#options.warn)
    }
    return states
  }

  #failed(takes: readonly RateLimitTake[], cause: unknown): Awaitable<States> {
    if (this.#triedAt === undefined) this.#publish('down', cause)
    this.#triedAt = this.#options.now()
    this.#failures++
    const meanwhile = this.#options.local ? 'limits are counted in this process alone' : 'requests are refused'
    // Other messages may hold what was sent.
    const problem = cause instanceof DependencyError ? cause.message : 'rate limit store: failed'
    this.#tell(`${problem}; meanwhile ${meanwhile}`, this.#warn)
    return this.#without(takes, cause)
  }

  #without(takes: readonly RateLimitTake[], cause: unknown): Awaitable<States> {
    const { local } = this.#options
    if (local) return local.take(takes)
    throw new DependencyError('rate limit store', 'does not answer', { cause })
  }

  /** Whether to do without it. If not, and it fails, the caller is the one that tries. */
  #isLeftAlone(): boolean {
    if (this.#triedAt === undefined) return false
    const at = this.#options.now()
    // A clock that was set back leaves nothing alone for longer.
    if (Math.abs(at - this.#triedAt) < LEFT_ALONE_SECONDS) return true
    this.#triedAt = at
    return false
  }

  #publish(state: LimitStoreEvent['state'], cause: unknown): void {
    if (!limitStoreEvents.hasSubscribers) return
    const onStoreFailure = this.#options.local ? 'local' : 'refuse'
    const event: LimitStoreEvent = { state, onStoreFailure, cause, at: this.#options.now() }
    limitStoreEvents.publish(event)
  }

  /** A listener that throws changes nothing for the request. */
  #tell(message: string, warn: Warn): void {
    try {
      warn(message)
    } catch {
      // There is nobody else to tell.
    }
  }
}

function areStates(states: unknown, takes: readonly RateLimitTake[]): states is States {
  if (!Array.isArray(states) || states.length !== takes.length) return false
  for (const state of states as readonly (Partial<RateLimitState> | null | undefined)[]) {
    if (!state) return false
    if (!isAmount(state.remaining) || !isAmount(state.resetSeconds) || !isAmount(state.waitSeconds)) return false
  }
  return true
}

/** Written so that NaN is none. */
function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Infinity
}
