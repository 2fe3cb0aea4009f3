import { withDeadline } from '../../deadline.ts'
import { type Awaitable, type Clock, isLater, type Schedule } from '../../effects.ts'
import { DependencyError } from '../../errors.ts'
import type { Revocation } from '../revocation-list.ts'
import type { RevocationPage, RevocationStore } from '../revocation-store.ts'

export interface RevocationFeedOptions {
  readonly store: RevocationStore
  readonly pollIntervalMs: number
  readonly deadlineMs: number
  readonly now: Clock
  readonly schedule: Schedule
  /** Takes what was read. What it throws ends the reading: it is read again. */
  readonly take: (revocations: readonly Revocation[]) => void
  /** All that there was has been read. */
  readonly onRead: () => void
  /** The store failed, in reading or in subscribing; it is tried again. */
  readonly onFailed: (what: 'read' | 'subscribe', error: unknown) => void
}

const PAGE_LENGTH = 2_000

/**
 * Reads a store on and on: at intervals, and as soon as it says that there is something new. One reading at a time; what
 * is said meanwhile causes one more.
 */
export class RevocationFeed {
  readonly #options: RevocationFeedOptions
  #cursor = ''
  #confirmedAt: number | undefined
  #isBusy = false
  #reading: Promise<void> | undefined
  #isDueAgain = false
  #cancelPoll: () => void = () => undefined
  #state: 'new' | 'started' | 'closed' = 'new'
  #isSubscribed = false
  #unsubscribe: () => unknown = () => undefined

  constructor(options: RevocationFeedOptions) {
    this.#options = options
  }

  /** When a reading began that found everything: epoch seconds. What was appended before is here. */
  get confirmedAt(): number | undefined {
    return this.#confirmedAt
  }

  /** Begins to read, if it has not begun. A store that answers at once has been read when this returns. */
  start(): void {
    if (this.#state !== 'new') return
    this.#state = 'started'
    this.poll()
  }

  /** The clock was set back: nobody knows how old anything is, until it has been read anew. */
  doubt(fromTheBeginning: boolean): void {
    this.#confirmedAt = undefined
    if (fromTheBeginning) this.#cursor = ''
    if (this.#state === 'started') this.poll()
  }

  /** Reads, and swallows a failure: it has been told. */
  poll(): void {
    try {
      const reading = this.read()
      if (isLater(reading)) reading.then(undefined, () => undefined)
    } catch {
      // The next one is scheduled.
    }
  }

  /**
   * Reads to the end.
   * @throws (or rejects) what the store does
   */
  read(): Awaitable<void> {
    if (this.#isBusy) {
      this.#isDueAgain = true
      return this.#reading
    }
    this.#isBusy = true
    this.#isDueAgain = false
    this.#cancelPoll()
    this.#subscribe()
    try {
      const reading = this.#readOn()
      if (!isLater(reading)) return this.#ended()
      this.#reading = Promise.resolve(reading).then(
        () => this.#ended(),
        (error: unknown) => this.#failed(error),
      )
      return this.#reading
    } catch (error) {
      return this.#failed(error)
    }
  }

  /** Reads no more. */
  close(): void {
    this.#state = 'closed'
    this.#cancelPoll()
    ended(this.#unsubscribe)
  }

  #readOn(): Awaitable<void> {
    const { store, deadlineMs, now } = this.#options
    for (;;) {
      const askedAt = now()
      const from = this.#cursor
      const answer = withDeadline('revocation store', deadlineMs, store.read(from, PAGE_LENGTH))
      if (isLater(answer)) {
        return answer.then((page) => (this.#isAll(page, from, askedAt) ? undefined : this.#readOn()))
      }
      if (this.#isAll(answer, from, askedAt)) return
    }
  }

  #isAll({ revocations, cursor, isLast }: RevocationPage, from: string, askedAt: number): boolean {
    if (!isLast && revocations.length === 0) {
      throw new DependencyError('revocation store', 'has more, and gives nothing of it')
    }
    this.#options.take(revocations)
    const isDoubted = this.#cursor !== from || this.#options.now() < askedAt
    if (this.#cursor === from) this.#cursor = cursor
    if (!isLast || isDoubted) return false
    this.#confirmedAt = askedAt
    return true
  }

  #ended(): void {
    this.#rest()
    this.#options.onRead()
    if (this.#isDueAgain && this.#state === 'started') this.poll()
  }

  #failed(error: unknown): never {
    this.#rest()
    this.#options.onFailed('read', error)
    throw error
  }

  #rest(): void {
    this.#isBusy = false
    this.#reading = undefined
    if (this.#state === 'started') {
      this.#cancelPoll = this.#options.schedule(() => this.poll(), this.#options.pollIntervalMs)
    }
  }

  #subscribe(): void {
    const { store, onFailed } = this.#options
    if (this.#isSubscribed || !store.subscribe || this.#state === 'closed') return
    this.#isSubscribed = true
    const failed = (error: unknown) => {
      this.#isSubscribed = false
      onFailed('subscribe', error)
    }
    const done = (unsubscribe: () => unknown) => {
      this.#unsubscribe = unsubscribe
      if (this.#state === 'closed') ended(unsubscribe)
    }
    try {
      const subscribed = store.subscribe(() => this.poll())
      if (isLater(subscribed)) Promise.resolve(subscribed).then(done).catch(failed)
      else done(subscribed)
    } catch (error) {
      failed(error)
    }
  }
}

/** Ends a subscription. Nobody waits for it, and nobody needs to know that it failed. */
function ended(unsubscribe: () => unknown): void {
  Promise.resolve()
    .then(unsubscribe)
    .catch(() => undefined)
}
