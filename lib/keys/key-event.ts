import type { Channel } from 'node:diagnostics_channel'
import { eventChannel } from '../event-channel.ts'

/** A change to an API key, published on the diagnostics channel `gatewarden:api-key`. It holds no key and no hash. */
export interface ApiKeyEvent {
  readonly change: 'created' | 'imported' | 'updated' | 'rotated' | 'revoked'
  readonly id: string
  readonly owner: string
  readonly environment: string
  /** The key that took its place, when it was rotated. */
  readonly replacedBy: string | undefined
  /** The names of what was changed, when it was updated. */
  readonly fields: readonly string[]
  /** Who did it, as the caller says: a principal's subject, a user of the machine. */
  readonly actor: string | undefined
  /** Epoch seconds. */
  readonly at: number
}

export const keyEvents: Channel = eventChannel('gatewarden:api-key')
