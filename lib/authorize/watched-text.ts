import type { Schedule } from '../effects.ts'

/** How long a text that has changed must stay as it is. Who writes a file of this size is done by then. */
const SETTLE_MS = 200

export interface WatchOptions {
  /** The text as it is now, or why there is none. Never rejects. */
  readonly read: () => Promise<string | TypeError>
  /** What was read before the watch. */
  readonly first: string
  readonly everyMs: number
  /** Hears what was the same at two looks, one after the other. Never throws. */
  readonly settled: (found: string | TypeError) => void
  readonly schedule: Schedule
}

/**
 * Looks at a text again and again. One that is being written is never told: its first half may be a good table too, which
 * lacks the stricter rules of the other.
 * @returns what ends it
 */
export function watchText({ read, first, everyMs, settled, schedule }: WatchOptions): () => void {
  let last = first
  let isClosed = false
  let cancel: () => void = () => undefined

  function lookIn(delayMs: number): void {
    cancel = schedule(() => void look(), delayMs)
  }

  async function look(): Promise<void> {
    const found = await read()
    if (isClosed) return
    const told = typeof found === 'string' ? found : found.message
    const isSettled = told === last
    last = told
    if (isSettled) settled(found)
    lookIn(isSettled ? everyMs : SETTLE_MS)
  }

  lookIn(everyMs)
  return () => {
    isClosed = true
    cancel()
  }
}
