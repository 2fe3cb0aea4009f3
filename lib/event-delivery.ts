import { AsyncResource } from 'node:async_hooks'
import type { Channel } from 'node:diagnostics_channel'
import { withinDeadline } from './deadline.ts'
import { type Awaitable, systemClock } from './effects.ts'
import { assertDelayMs, assertFunction, assertKnownKeys, assertPositiveNumber } from './options.ts'
import { emitWarning, rarely, type Warn } from './warning.ts'

export interface DeliveryOptions<T> {
  /**
   * Takes events away, in their order, one list after the other. The signal is aborted when `deadlineMs` is over. What it
   * throws or rejects with, and what takes too long, is lost: it is counted, and not sent again.
   */
  readonly write: (events: readonly T[], signal: AbortSignal) => Awaitable<void>
  /** How many events may wait; those that come when there is no more room are lost. Default 10,000. */
  readonly maxWaiting?: number
  /** How many are written at once. Default 100. */
  readonly maxBatch?: number
  /** How long a write may take. Default 10,000. */
  readonly deadlineMs?: number
  /** Hears that events were lost, once a minute at most. Default: a warning of the process. */
  readonly warn?: Warn
}

export interface Delivery {
  /** How many events wait, those that are being written included. */
  readonly waiting: number
  /** How many were lost, since it began. */
  readonly lost: number
  /** Hears no more, and waits until what waits is written, for `deadlineMs` at most. Never rejects. */
  stop(): Promise<void>
}

const FACTORY = 'deliverEvents'
const KEYS = ['write', 'maxWaiting', 'maxBatch', 'deadlineMs', 'warn']

/**
 * Brings events to where it takes time: a database, another host. No request waits for it, and however slow it is, only so
 * many events are kept.
 * @param events a channel of gatewarden, such as `decisions`
 * @throws TypeError when an option is wrong
 */
export function deliverEvents<T>(events: Channel, options: DeliveryOptions<T>): Delivery {
  assertKnownKeys(FACTORY, options, KEYS)
  const { write, maxWaiting = 10_000, maxBatch = 100, deadlineMs = 10_000, warn = emitWarning } = options
  assertFunction(FACTORY, 'write', write)
  assertFunction(FACTORY, 'events.subscribe', events?.subscribe)
  assertPositiveNumber(FACTORY, 'maxWaiting', maxWaiting, 1)
  assertPositiveNumber(FACTORY, 'maxBatch', maxBatch, 1)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs, 1)
  assertFunction(FACTORY, 'warn', warn)
  const queue = new EventQueue<T>(events.name.toString(), { write, maxWaiting, maxBatch, deadlineMs, warn })
  const hear = (event: unknown): void => queue.add(event as T)
  events.subscribe(hear)
  return {
    get waiting() {
      return queue.waiting
    },
    get lost() {
      return queue.lost
    },
    async stop() {
      events.unsubscribe(hear)
      await queue.drain()
    },
  }
}

class EventQueue<T> {
  readonly #name: string
  readonly #options: Required<DeliveryOptions<T>>
  readonly #warn: Warn
  #queue: T[] = []
  #inHand = 0
  #lost = 0
  #writing: Promise<void> | undefined
  /** Outside of the request that happens to come first: what is written is no part of its trace. */
  readonly #start = AsyncResource.bind(() => this.#writeAll())

  constructor(name: string, options: Required<DeliveryOptions<T>>) {
    this.#name = name
    this.#options = options
    this.#warn = rarely(options.warn, systemClock)
  }

  get waiting(): number {
    return this.#queue.length + this.#inHand
  }

  get lost(): number {
    return this.#lost
  }

  add(event: T): void {
    if (this.waiting >= this.#options.maxWaiting) {
      this.#lose(1, 'more come than are written')
      return
    }
    this.#queue.push(event)
    this.#writing ??= this.#start()
  }

  async drain(): Promise<void> {
    const { deadlineMs } = this.#options
    await withinDeadline(FACTORY, deadlineMs, async () => this.#writing).catch(() => {
      const left = this.#queue.length
      this.#queue = []
      this.#lose(left, 'they were not written before the end')
    })
  }

  async #writeAll(): Promise<void> {
    // Not now: a request is being decided, and others of its moment may be written with it.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#options.maxBatch)
      this.#inHand = batch.length
      await this.#write(batch)
      this.#inHand = 0
    }
    this.#writing = undefined
  }

  async #write(batch: readonly T[]): Promise<void> {
    const { write, deadlineMs } = this.#options
    try {
      await withinDeadline(FACTORY, deadlineMs, async (signal) => write(batch, signal))
    } catch (thrown) {
      this.#lose(batch.length, `a write failed (${thrown instanceof Error ? thrown.name : 'no error'})`)
    }
  }

  #lose(events: number, why: string): void {
    if (events === 0) return
    this.#lost += events
    try {
      this.#warn(`events of ${this.#name} are lost, ${this.#lost} so far: ${why}`)
    } catch {
      // There is nobody else to tell.
    }
  }
}
