import type { Channel } from 'node:diagnostics_channel'
import { eventChannel } from '../event-channel.ts'
import type { Revocation } from '../store/revocation-list.ts'

/** By which way a revocation came. */
export type RevocationInput = 'administration' | 'client' | 'logout' | 'security-event'

/** A revocation that was asked for over HTTP, published on the diagnostics channel `gatewarden:revocation-request`. */
export interface RevocationRequest {
  readonly input: RevocationInput
  readonly revocation: Revocation
  /** Who asked for it: a principal, such as `user:root`, or the issuer that signed it. */
  readonly actor: string
  /** Epoch seconds. */
  readonly at: number
}

export const revocationRequests: Channel = eventChannel('gatewarden:revocation-request')
