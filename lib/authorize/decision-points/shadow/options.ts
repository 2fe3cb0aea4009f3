import { type Schedule, systemSchedule } from '../../../effects.ts'
import {
  assertDelayMs,
  assertFunction,
  assertKnownKeys,
  assertPositiveNumber,
  assertString,
  invalidOption,
} from '../../../options.ts'
import type { Policy } from '../../policy.ts'

export interface ShadowOptions {
  /** Decides, as if it were alone. */
  readonly enforced: Policy
  /** Is asked the same, and only heard of. */
  readonly shadow: Policy
  /** For logs and events. Default: that of the enforced policy. */
  readonly name?: string
  /** How long the shadow is waited for; no request waits with it. Default 10,000. */
  readonly deadlineMs?: number
  /** How many answers of the shadow may be under way. For requests beyond, it is not asked, and that is counted. Default 64. */
  readonly maxInFlight?: number
  readonly schedule?: Schedule
}

export type ShadowSettings = Required<ShadowOptions>

const FACTORY = 'shadowPolicy'
const OPTIONS = ['enforced', 'shadow', 'name', 'deadlineMs', 'maxInFlight', 'schedule']

/** @throws TypeError when an option is missing, unknown or unsafe */
export function shadowSettings(options: ShadowOptions): ShadowSettings {
  assertKnownKeys(FACTORY, options, OPTIONS)
  const { enforced, shadow, deadlineMs = 10_000, maxInFlight = 64, schedule = systemSchedule } = options
  assertFunction(FACTORY, 'enforced.decide', enforced?.decide)
  assertFunction(FACTORY, 'shadow.decide', shadow?.decide)
  if (enforced === shadow) throw invalidOption(FACTORY, '"shadow" must be another policy than "enforced"')
  const { name = enforced.name } = options
  assertString(FACTORY, 'name', name)
  assertDelayMs(FACTORY, 'deadlineMs', deadlineMs)
  assertPositiveNumber(FACTORY, 'maxInFlight', maxInFlight, 1)
  assertFunction(FACTORY, 'schedule', schedule)
  return { enforced, shadow, name, deadlineMs, maxInFlight, schedule }
}
