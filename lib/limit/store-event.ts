import type { Channel } from 'node:diagnostics_channel'
import { eventChannel } from '../event-channel.ts'

/** The store of the limits fails, or answers again; published on the diagnostics channel `gatewarden:limit-store`. */
export interface LimitStoreEvent {
  readonly state: 'down' | 'up'
  /** What is done meanwhile: `local` counts in this process, `refuse` answers 503. */
  readonly onStoreFailure: 'local' | 'refuse'
  /** What was thrown, when it fails. */
  readonly cause: unknown
  /** Epoch seconds. */
  readonly at: number
}

export const limitStoreEvents: Channel = eventChannel('gatewarden:limit-store')
