import type { Clock } from './effects.ts'

/** Hears of what an operator should know, and nobody else. */
export type Warn = (message: string) => void

/** The default: the process's own warnings. */
export const emitWarning: Warn = (message) => process.emitWarning(message, { type: 'GatewardenWarning' })

const EVERY_SECONDS = 60

/** Passes on one warning a minute at most: what is wrong with each request is not told with each. */
export function rarely(warn: Warn, now: Clock): Warn {
  let warnedAt = Number.NEGATIVE_INFINITY
  return (message) => {
    // A clock that was set back silences nothing.
    if (Math.abs(now() - warnedAt) < EVERY_SECONDS) return
    warnedAt = now()
    warn(message)
  }
}
