import { type Clock, type Schedule, systemClock, systemSchedule } from '../effects.ts'
import { assertFunction, assertKnownKeys, assertPositiveNumber, invalidOption } from '../options.ts'
import type { KeyStore } from '../store/key-store.ts'
import { emitWarning, type Warn } from '../warning.ts'

export interface UsageTrackerOptions {
  readonly store: Pick<KeyStore, 'touch'>
  /** A key's last use is written at most once in this time, by all instances together. Default 300. */
  readonly intervalSeconds?: number
  /** How long uses are gathered before they are written together. Default 5. */
  readonly flushSeconds?: number
  readonly now?: Clock
  readonly schedule?: Schedule
  /** Hears of writes that failed; they are tried again. Default: `process.emitWarning`. */
  readonly warn?: Warn
}

export interface UsageTracker {
  /** Notes a use, in memory: no request waits for a store. */
  note(id: string): void
  /** Writes what was gathered. Call it at shutdown. Never rejects. */
  flush(): Promise<void>
}

/** More keys than are used within one flush; beyond it, uses wait for the next request of that key. */
const MAX_PENDING = 100_000

/** When keys were last used: gathered in memory, written in batches. */
export function usageTracker(options: UsageTrackerOptions): UsageTracker {
  const factory = 'usageTracker'
  assertKnownKeys(factory, options, ['store', 'intervalSeconds', 'flushSeconds', 'now', 'schedule', 'warn'])
  const { store, intervalSeconds = 300, flushSeconds = 5, now = systemClock, schedule = systemSchedule } = options
  const { warn = emitWarning } = options
  if (typeof store?.touch !== 'function') throw invalidOption(factory, '"store" must be a KeyStore')
  assertPositiveNumber(factory, 'intervalSeconds', intervalSeconds)
  assertPositiveNumber(factory, 'flushSeconds', flushSeconds)
  assertFunction(factory, 'now', now)
  assertFunction(factory, 'schedule', schedule)
  assertFunction(factory, 'warn', warn)

  let pending = new Map<string, number>()
  /** When each key was last written by this instance: what need not be written again yet. */
  let written = new Map<string, number>()
  let forgetAt = now() + intervalSeconds
  let cancel: (() => void) | undefined
  let writing: Promise<void> = Promise.resolve()

  /** One write after the other: a slow store is not asked again before it has answered, and a shutdown waits for all. */
  function flush(): Promise<void> {
    cancel?.()
    cancel = undefined
    writing = writing.then(write)
    return writing
  }

  /** A listener that throws must not stop the writing. */
  function tell(message: string): void {
    try {
      warn(message)
    } catch {
      // There is nobody else to tell.
    }
  }

  async function write(): Promise<void> {
    if (pending.size === 0) return
    const batch = pending
    pending = new Map()
    try {
      await store.touch(
        [...batch].map(([id, usedAt]) => ({ id, usedAt })),
        intervalSeconds,
      )
    } catch (error) {
      for (const id of batch.keys()) written.delete(id)
      tell(`usageTracker: ${error instanceof Error ? error.message : 'the store failed'}; tried again at the next use`)
    }
  }

  return {
    flush,
    note(id) {
      const at = now()
      if (at >= forgetAt) {
        written = new Map([...written].filter(([, writtenAt]) => at - writtenAt < intervalSeconds))
        forgetAt = at + intervalSeconds
      }
      const last = written.get(id)
      if ((last !== undefined && at - last < intervalSeconds) || pending.size >= MAX_PENDING) return
      written.set(id, at)
      pending.set(id, at)
      cancel ??= schedule(() => void flush(), flushSeconds * 1000)
    },
  }
}
