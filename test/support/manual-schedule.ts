import type { Schedule } from '../../lib/effects.ts'

export interface ManualSchedule {
  readonly schedule: Schedule
  /** The delays of what waits, in milliseconds. */
  readonly delays: () => readonly number[]
  /** Calls back all that waits now, whatever its delay. */
  run(): void
}

/** Time passes when a test says so. */
export function manualSchedule(): ManualSchedule {
  const waiting = new Map<() => void, number>()
  return {
    schedule: (callback, delayMs) => {
      const entry = () => callback()
      waiting.set(entry, delayMs)
      return () => void waiting.delete(entry)
    },
    delays: () => [...waiting.values()],
    run() {
      const due = [...waiting.keys()]
      waiting.clear()
      for (const callback of due) callback()
    },
  }
}
