import type { Channel } from 'node:diagnostics_channel'
import type { SafePrincipal } from '../../../decision-event.ts'
import type { AuthErrorCode } from '../../../errors.ts'
import { eventChannel } from '../../../event-channel.ts'

/** What a policy made of a request. `failed` is what is answered 503. */
export interface ShadowVerdict {
  /** The name of the policy. */
  readonly policy: string
  readonly outcome: 'allowed' | 'denied' | 'failed'
  readonly status: number | undefined
  readonly code: AuthErrorCode | undefined
  /** Why, in a word or two; more than a caller would be told. */
  readonly reason: string | undefined
}

/** How often the two have been compared since the policy was made, and with what result. */
export interface ShadowCounts {
  readonly agreed: number
  readonly differed: number
  /** The shadow gave no decision. */
  readonly failed: number
  /** The shadow was not asked, for too many of its answers were under way. */
  readonly skipped: number
}

/** The shadow decides otherwise than the enforced policy, or not at all; published on `gatewarden:shadow-decision`. */
export interface ShadowEvent {
  /** `differed`: allowed here and denied there, or another error code. `failed`: the shadow gave no decision. */
  readonly result: 'differed' | 'failed'
  readonly enforced: ShadowVerdict
  readonly shadow: ShadowVerdict
  /** The route rule that asks; `undefined` when none does. */
  readonly rule: string | undefined
  readonly requestId: string
  readonly method: string
  readonly principal: SafePrincipal
  readonly counts: ShadowCounts
}

export const shadowDecisions: Channel = eventChannel('gatewarden:shadow-decision')
