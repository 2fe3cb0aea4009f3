import { type Clock, type Schedule, systemClock, systemSchedule } from '../../effects.ts'
import { assertFunction, assertKnownKeys, assertOneOf, assertPositiveNumber, invalidOption } from '../../options.ts'
import type { RevocationStore } from '../revocation-store.ts'

export interface RevocationListOptions {
  readonly store: RevocationStore
  /**
   * What happens when it has not heard of changes for too long. `strict` (default): it throws, which is 503. `lenient`: it
   * goes on with what it knows, and says so: a token that was revoked meanwhile is accepted.
   */
  readonly mode?: 'strict' | 'lenient'
  /** How long it believes what it knows when the store cannot be read. Default 30. */
  readonly maxStaleSeconds?: number
  /** How often it reads on, whether the store tells of changes or not. Default 1,000. */
  readonly pollIntervalMs?: number
  /** How long an answer of the store may take. Default 2,000. */
  readonly deadlineMs?: number
  /** When it holds so many that have not expired, it takes no more, and fails. Default 1,000,000. */
  readonly maxEntries?: number
  /** How long an entry counts after its `expiresAt`: clocks differ, and tokens have a tolerance. Default 300. */
  readonly marginSeconds?: number
  readonly now?: Clock
  readonly schedule?: Schedule
  /** Hears of a store that fails. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void
}

export type RevocationListSettings = Required<RevocationListOptions>

const KNOWN: readonly (keyof RevocationListOptions)[] = [
  ...(['store', 'mode', 'maxStaleSeconds', 'pollIntervalMs', 'deadlineMs', 'maxEntries', 'marginSeconds'] as const),
  ...(['now', 'schedule', 'warn'] as const),
]

/** @throws TypeError when an option is missing, unknown or unsafe */
export function checkedListOptions(factory: string, options: RevocationListOptions): RevocationListSettings {
  assertKnownKeys(factory, options, KNOWN)
  const { store, mode = 'strict', maxStaleSeconds = 30, pollIntervalMs = 1_000, deadlineMs = 2_000 } = options
  const { maxEntries = 1_000_000, marginSeconds = 300 } = options
  const { now = systemClock, schedule = systemSchedule, warn = emitWarning } = options
  if (typeof store?.append !== 'function' || typeof store.read !== 'function' || typeof store.purge !== 'function') {
    throw invalidOption(factory, '"store" must be a RevocationStore, such as memoryRevocationStore()')
  }
  assertOneOf(factory, 'mode', mode, ['strict', 'lenient'])
  assertPositiveNumber(factory, 'maxStaleSeconds', maxStaleSeconds)
  assertPositiveNumber(factory, 'pollIntervalMs', pollIntervalMs, 1)
  assertPositiveNumber(factory, 'deadlineMs', deadlineMs)
  assertPositiveNumber(factory, 'maxEntries', maxEntries, 1)
  assertPositiveNumber(factory, 'marginSeconds', marginSeconds, 0)
  for (const [name, value] of Object.entries({ now, schedule, warn })) assertFunction(factory, name, value)
  if (maxStaleSeconds * 1000 <= pollIntervalMs) {
    throw invalidOption(
      factory,
      '"maxStaleSeconds" must be longer than "pollIntervalMs": it is stale between polls otherwise',
    )
  }
  return {
    ...{ store, mode, maxStaleSeconds, pollIntervalMs, deadlineMs, maxEntries: Math.floor(maxEntries), marginSeconds },
    ...{ now, schedule, warn },
  }
}

function emitWarning(message: string): void {
  process.emitWarning(message, { type: 'GatewardenWarning' })
}
