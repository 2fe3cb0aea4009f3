import type { Clock } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'

/** A server that asks for days of rest has made a mistake: it is asked again then. */
const MAX_SECONDS = 300
const TOO_MANY_REQUESTS = 429
/** How long a server is left alone that is asked too much and doesn't say how long. */
const UNTOLD_SECONDS = 1

/** A server that has asked to be left alone (RFC 9110 §10.2.3) is not asked meanwhile. */
export class Hold {
  readonly #now: Clock
  #since = 0
  #seconds = 0

  constructor(now: Clock) {
    this.#now = now
  }

  /** @throws DependencyError that says how long it lasts */
  assertOver(): void {
    // A clock that was set back makes it last no longer.
    const left = this.#seconds - Math.abs(this.#now() - this.#since)
    if (left > 0) throw new DependencyError('introspection', 'asks to be left alone', { retryAfterSeconds: left })
  }

  /** @returns the failure of a call as callers are told it: with no longer a wait than ours */
  noticed(error: unknown): unknown {
    if (!(error instanceof DependencyError) || error.dependency !== 'introspection') return error
    const { status, retryAfterSeconds = status === TOO_MANY_REQUESTS ? UNTOLD_SECONDS : undefined } = error
    if (retryAfterSeconds === undefined) return error
    this.#since = this.#now()
    this.#seconds = Math.min(retryAfterSeconds, MAX_SECONDS)
    const options = { status, retryAfterSeconds: this.#seconds, cause: error.cause }
    return new DependencyError('introspection', `answered ${status}`, options)
  }
}
