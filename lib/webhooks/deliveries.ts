import { withDeadline } from '../deadline.ts'
import type { Awaitable, Clock } from '../effects.ts'
import { isFirstUse } from '../first-use.ts'
import type { ReleasableReplayStore } from '../store/replay-store.ts'

/** A webhook that is being handled, here and nowhere else. */
export interface Delivery {
  /** It was handled: it is not delivered again. */
  keep(): Promise<void>
  /** It was not: the sender's next attempt is taken. */
  giveBack(): Promise<void>
}

export interface DeliveryTimes {
  /** For how long a handled webhook is remembered. */
  readonly rememberSeconds: number
  /** For how long a handler holds a webhook. When its process dies, the next attempt is taken after that. */
  readonly leaseSeconds: number
  readonly deadlineMs: number
}

/**
 * Webhooks that are handled once, though their senders send them until they hear of it. Two claims for each: one for the
 * time in which it is handled, and one that it was. Both run out soon unless the handler succeeds, so no webhook is lost
 * with the process that handled it.
 */
export class Deliveries {
  readonly #store: ReleasableReplayStore
  readonly #times: DeliveryTimes
  readonly #now: Clock

  constructor(store: ReleasableReplayStore, times: DeliveryTimes, now: Clock) {
    this.#store = store
    this.#times = times
    this.#now = now
  }

  /** @returns `handled` when it was handled before, `under way` when somebody is at it */
  async begin(name: string): Promise<Delivery | 'handled' | 'under way'> {
    const [atWork, done] = [`webhook-work:${name}`, `webhook:${name}`]
    const until = this.#now() + this.#times.leaseSeconds
    if (!(await this.#claim(atWork, until))) return 'under way'
    if (!(await this.#claim(done, until))) {
      await this.#wait(this.#store.release(atWork))
      return 'handled'
    }
    // After that another may hold them.
    const isOurs = () => this.#now() < until
    return {
      keep: async () => {
        // Whoever holds it, and until when: it was handled. A store may hold a claim for longer than it was asked to.
        await this.#wait(this.#store.release(done))
        await this.#claim(done, this.#now() + this.#times.rememberSeconds)
        if (isOurs()) await this.#wait(this.#store.release(atWork))
      },
      giveBack: async () => {
        if (!isOurs()) return
        await this.#wait(this.#store.release(done))
        await this.#wait(this.#store.release(atWork))
      },
    }
  }

  async #claim(id: string, until: number): Promise<boolean> {
    return isFirstUse(await this.#wait(this.#store.claim(id, until)))
  }

  #wait<T>(answer: Awaitable<T>): Awaitable<T> {
    return withDeadline('replay store', this.#times.deadlineMs, answer)
  }
}
