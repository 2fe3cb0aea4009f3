import { withinDeadline } from '../../../deadline.ts'
import type { Awaitable, Clock, Fetch } from '../../../effects.ts'
import { DependencyError } from '../../../errors.ts'
import { type AuthzenEndpoints, discoverEndpoints } from './discovery.ts'

export interface KnownEndpointsOptions {
  readonly name: string
  readonly identifier: string
  readonly allowHttp: boolean
  /** Endpoints older than this are looked up again in the background, at the next question. */
  readonly refreshAfterSeconds: number
  /** Endpoints older than this are not used. */
  readonly maxStaleSeconds: number
  readonly deadlineMs: number
  readonly fetch: Fetch
  readonly now: Clock
}

/** How long a failed look-up waits for the next. */
const RETRY_AFTER_SECONDS = 1
const MAX_METADATA_BYTES = 64 * 1024

/**
 * The endpoints that a decision point publishes. Nothing is fetched before the first question; one fetch is in flight at a
 * time. While its metadata cannot be had, what it said before is good for a bounded time.
 */
export class KnownEndpoints {
  readonly #options: KnownEndpointsOptions
  #known: AuthzenEndpoints | undefined
  #fetchedAt = 0
  /** When a look-up failed last, while it does. */
  #failedAt: number | undefined
  #inFlight: Promise<AuthzenEndpoints> | undefined

  constructor(options: KnownEndpointsOptions) {
    this.#options = options
  }

  /** @throws DependencyError (or rejects) when they are not known */
  get(): Awaitable<AuthzenEndpoints> {
    const { refreshAfterSeconds, maxStaleSeconds } = this.#options
    const age = this.#since(this.#fetchedAt)
    if (this.#known && age < maxStaleSeconds) {
      // What failed is tried again; meanwhile the known ones are good.
      if (age >= refreshAfterSeconds && this.#mayFetch()) this.#fetched().catch(() => undefined)
      return this.#known
    }
    if (this.#inFlight || this.#mayFetch()) return this.#fetched()
    throw new DependencyError(this.#options.name, 'its metadata cannot be had; the next try is due in a moment')
  }

  /** An endpoint is not there: what is known is no longer so. The next question looks it up. */
  forget(): void {
    this.#known = undefined
  }

  /** A clock that was set back makes nothing last longer. */
  #since(then: number): number {
    return Math.abs(this.#options.now() - then)
  }

  #mayFetch(): boolean {
    return this.#failedAt === undefined || this.#since(this.#failedAt) >= RETRY_AFTER_SECONDS
  }

  #fetched(): Promise<AuthzenEndpoints> {
    this.#inFlight ??= this.#fetch().finally(() => {
      this.#inFlight = undefined
    })
    return this.#inFlight
  }

  async #fetch(): Promise<AuthzenEndpoints> {
    const { name, identifier, allowHttp, deadlineMs, fetch, now } = this.#options
    try {
      const found = await withinDeadline(name, deadlineMs, (signal) =>
        discoverEndpoints(name, identifier, allowHttp, { fetch, signal, maxBytes: MAX_METADATA_BYTES }),
      )
      this.#known = found
      this.#fetchedAt = now()
      this.#failedAt = undefined
      return found
    } catch (error) {
      this.#failedAt = now()
      throw error
    }
  }
}
