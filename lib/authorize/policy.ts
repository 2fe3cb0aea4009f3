import type { Awaitable } from '../effects.ts'
import { AuthError } from '../errors.ts'
import type { Principal } from '../principal.ts'
import type { RequestView } from '../request-view.ts'
import type { PolicyRoute } from './policy-route.ts'

/** What a policy wants the upstream to be told, by header name: only names that it `setsHeaders`. */
export type PolicyHeaders = Readonly<Record<string, string>>

export type Decision =
  | { readonly allow: true; readonly headers?: PolicyHeaders | undefined }
  | { readonly allow: false; readonly error: AuthError }

/** Decides whether a principal may make a request. A thrown or rejected anything is a failed dependency: 503. */
export interface Policy {
  /** For logs and events. */
  readonly name: string
  /**
   * The headers that it may set, for the upstream. They are known at boot, so no client can send one of them, on whatever route.
   * Default: none.
   */
  readonly setsHeaders?: readonly string[] | undefined
  /**
   * Whether it lets through only whose token the authorization server is asked about for the very request. Then it is, on the
   * routes whose rule names the policy. Default: no.
   */
  readonly asksFreshly?: boolean | undefined
  decide(principal: Principal, request: RequestView): Awaitable<Decision>
  /**
   * The same policy for one route, for what wants to know by which rule it is asked. A route table calls it once for each
   * rule that names the policy, whenever it is compiled; what `authorize()` asks has no route.
   */
  forRoute?(route: PolicyRoute): Policy
  /** What `decide` would answer, without its effects, for `explain()`. Whose `decide` has no effects needs none. */
  rehearse?(principal: Principal, request: RequestView): Awaitable<Decision>
}

/** A policy of ours that is made of others. What comes of each can be told: `trace.ts`. */
export interface ComposedPolicy extends Policy {
  readonly kind: 'allOf' | 'anyOf'
  readonly parts: readonly Policy[]
}

export const ALLOW: Extract<Decision, { allow: true }> = Object.freeze({ allow: true })

/** Denies with 403 `access_denied`. The reason is for logs; the caller learns nothing of the rule. */
export function deny(reason: string): Decision {
  return { allow: false, error: new AuthError('access_denied', { reason }) }
}
