import type { Channel } from 'node:diagnostics_channel'
import { eventChannel } from './event-channel.ts'
import type { Revocation } from './store/revocation-list.ts'

/**
 * A revocation that a list of this process has begun to apply, published on the diagnostics channel
 * `gatewarden:revocation-applied`: once by each list, whoever made it. It holds ids, and no token.
 */
export interface AppliedRevocation {
  readonly revocation: Revocation
  /** Whether it was made by this list; otherwise it came from its store, where another instance may have put it. */
  readonly isOwn: boolean
  /** Epoch seconds. */
  readonly at: number
}

export const appliedRevocations: Channel = eventChannel('gatewarden:revocation-applied')
