import { appliedRevocations } from '../applied-revocation.ts'
import { frozenRevocation, revocationProblem, storedRevocation } from '../checked-revocation.ts'
import { withDeadline } from '../deadline.ts'
import { type Awaitable, isLater } from '../effects.ts'
import { DependencyError } from '../errors.ts'
import type { Principal } from '../principal.ts'
import { RevocationFeed } from './parts/revocation-feed.ts'
import { RevocationIndex } from './parts/revocation-index.ts'
import {
  checkedListOptions,
  type RevocationListOptions,
  type RevocationListSettings,
} from './parts/revocation-list-options.ts'
import type { Revocation, RevocationList } from './revocation-list.ts'

export type { RevocationListOptions } from './parts/revocation-list-options.ts'

export interface RevocationHealth {
  /** Whether it has heard of changes lately. When not, a strict list ends requests with 503. */
  readonly isFresh: boolean
  /** Epoch seconds: what was revoked before is known here. `undefined` until it has been read, or the clock was set back. */
  readonly asOf: number | undefined
  /** How many revocations it holds. */
  readonly entries: number
  /** Why it was not read the last time, in words for operators. */
  readonly problem: string | undefined
}

export interface LocalRevocationList extends RevocationList {
  /**
   * Resolves when it has been read: before that, a strict list covers nothing and throws. Wait for it before listening.
   * @throws DependencyError (rejects) when it cannot be read now; it goes on trying
   */
  ready(): Promise<void>
  /** For health checks. */
  health(): RevocationHealth
  /** Reads no more, such as at shutdown. */
  close(): void
}

/** By so much a clock may go back as if it had stood still. */
const STANDSTILL_SECONDS = 1
/** What has expired is dropped so often. */
const SWEEP_SECONDS = 60
/** The store is tidied so often, by each instance; it keeps everything for so much longer than its end. */
const PURGE_SECONDS = 600
const KEPT_SECONDS = 3_600

/**
 * A copy of a store's revocations in this process, so that no request waits for a store: a question is a few look-ups.
 * It is kept up to date by what the store tells and by polling; what it reads counts in the order of seconds. Reading
 * begins with the first use.
 * @throws TypeError when an option is missing, unknown or unsafe
 */
export function revocationList(options: RevocationListOptions): LocalRevocationList {
  return new LocalList(checkedListOptions('revocationList', options))
}

class LocalList implements LocalRevocationList {
  readonly #settings: RevocationListSettings
  readonly #index: RevocationIndex
  readonly #feed: RevocationFeed
  #latest = Number.NEGATIVE_INFINITY
  #purgedAt = Number.NEGATIVE_INFINITY
  #problem: string | undefined
  #told = new Set<string>()

  constructor(settings: RevocationListSettings) {
    this.#settings = settings
    this.#index = new RevocationIndex(settings.maxEntries)
    this.#feed = new RevocationFeed({
      ...settings,
      now: () => this.#time(),
      take: (revocations) => {
        for (const revocation of revocations) this.#apply(storedRevocation(revocation), false)
      },
      onRead: () => this.#wasRead(),
      onFailed: (what, error) => this.#hasFailed(what, error),
    })
  }

  covers(principal: Principal): boolean {
    this.#feed.start()
    const now = this.#time()
    if (this.#index.covers(principal, now)) return true
    if (this.#isFresh(now)) return false
    this.#tellStale()
    if (this.#settings.mode === 'lenient') return false
    throw new DependencyError('revocation list', 'has not heard of changes for too long')
  }

  revoke(revocation: Revocation): Awaitable<void> {
    const problem = revocationProblem(revocation)
    if (problem !== undefined) throw new TypeError(`revocationList: ${problem}`)
    this.#feed.start()
    const own = frozenRevocation(revocation)
    if (!(this.#until(own) > this.#time())) return
    this.#apply(own, true)
    const { store, deadlineMs } = this.#settings
    try {
      const kept = withDeadline('revocation store', deadlineMs, store.append(own))
      return isLater(kept) ? kept.catch(orDependencyError) : undefined
    } catch (error) {
      return orDependencyError(error)
    }
  }

  async ready(): Promise<void> {
    this.#feed.start()
    if (this.#isFresh(this.#time())) return
    try {
      await this.#feed.read()
    } catch (error) {
      orDependencyError(error)
    }
  }

  health(): RevocationHealth {
    this.#feed.start()
    const isFresh = this.#isFresh(this.#time())
    return { isFresh, asOf: this.#feed.confirmedAt, entries: this.#index.size, problem: this.#problem }
  }

  close(): void {
    this.#feed.close()
  }

  /**
   * The time; a clock that was set back makes nothing fresh for longer, and brings back what it dropped too early. By a
   * moment, as time servers do, it stands still instead: until it had read anew, a strict list would end all requests.
   */
  #time(): number {
    const at = this.#settings.now()
    if (at < this.#latest && this.#latest - at <= STANDSTILL_SECONDS) return this.#latest
    const isSetBack = at < this.#latest
    this.#latest = at
    if (isSetBack) this.#feed.doubt(this.#index.sweptAt > at)
    return at
  }

  #isFresh(now: number): boolean {
    const { confirmedAt } = this.#feed
    return confirmedAt !== undefined && now - confirmedAt < this.#settings.maxStaleSeconds
  }

  #until({ expiresAt }: Revocation): number {
    return expiresAt + this.#settings.marginSeconds
  }

  #apply(revocation: Revocation, isOwn: boolean): void {
    const at = this.#settings.now()
    const until = this.#until(revocation)
    if (!(until > at) || !this.#index.add(revocation, until, at)) return
    if (appliedRevocations.hasSubscribers) appliedRevocations.publish({ revocation, isOwn, at })
  }

  #wasRead(): void {
    this.#problem = undefined
    this.#told.clear()
    const now = this.#time()
    if (Math.abs(now - this.#index.sweptAt) >= SWEEP_SECONDS) this.#index.sweep(now)
    if (Math.abs(now - this.#purgedAt) >= PURGE_SECONDS) this.#purge(now)
  }

  #purge(now: number): void {
    this.#purgedAt = now
    const failed = () => this.#tell('cannot remove from the store what has expired; tried again later')
    try {
      const purged = this.#settings.store.purge(now - this.#settings.marginSeconds - KEPT_SECONDS)
      if (isLater(purged)) Promise.resolve(purged).catch(failed)
    } catch {
      failed()
    }
  }

  #hasFailed(what: 'read' | 'subscribe', error: unknown): void {
    const words = error instanceof Error && error.message !== '' ? error.message : 'the store failed'
    if (what === 'read') this.#problem = words
    this.#tell(what === 'read' ? `cannot be read: ${words}` : `hears of changes by polling only: ${words}`)
    if (!this.#isFresh(this.#time())) this.#tellStale()
  }

  #tellStale(): void {
    const { mode, maxStaleSeconds } = this.#settings
    const what = mode === 'strict' ? 'tokens are answered 503' : 'TOKENS THAT WERE REVOKED SINCE ARE ACCEPTED'
    this.#tell(`has not heard of changes for ${maxStaleSeconds} s, or never: ${what} until it has`)
  }

  /** Says each thing once until it has been read again. A listener that throws must not stop anything. */
  #tell(message: string): void {
    if (this.#told.has(message)) return
    this.#told.add(message)
    try {
      this.#settings.warn(`revocation list: ${message}`)
    } catch {
      // There is nobody else to tell.
    }
  }
}

/** @throws DependencyError always: whatever a store threw */
function orDependencyError(error: unknown): never {
  if (error instanceof DependencyError) throw error
  throw new DependencyError('revocation store', 'failed', { cause: error })
}
