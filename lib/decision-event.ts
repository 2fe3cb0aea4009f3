import { type Channel, channel } from 'node:diagnostics_channel'
import type { AuthError, AuthErrorCode } from './errors.ts'
import type { Principal } from './principal.ts'
import type { RequestView } from './request-view.ts'

export type Stage = 'admit' | 'limit' | 'authenticate' | 'authorize' | 'propagate'

/** By which door a request came. */
export type Entrance = 'http' | 'upgrade'

/** What is published for every request on the diagnostics channel `gatewarden:decision`. It holds no credential. */
export interface DecisionEvent {
  readonly outcome: 'allowed' | 'denied'
  readonly entrance: Entrance
  /** The last stage that ran. */
  readonly stage: Stage
  readonly requestId: string
  readonly method: string
  /** The route rule that governed the request, such as `GET /orders/**`. */
  readonly rule: string | undefined
  readonly status: number | undefined
  readonly code: AuthErrorCode | undefined
  /** Why it was denied, in a word or two; more than the caller is told. */
  readonly reason: string | undefined
  /** What was thrown, when a dependency failed. */
  readonly cause: unknown
  readonly principal: SafePrincipal | undefined
  readonly durationMs: number
}

export type SafePrincipal = Pick<
  Principal,
  'kind' | 'subject' | 'method' | 'clientId' | 'issuer' | 'tenantId' | 'credentialId'
>

export const decisions: Channel = channel('gatewarden:decision')

/** How far a request has come; filled in as it goes. */
export interface Progress {
  readonly entrance: Entrance
  readonly method: string
  readonly startedAt: number
  stage: Stage
  request: RequestView | undefined
  rule: string | undefined
  principal: Principal | undefined
}

/** Starts the clock only when somebody listens. */
export function startProgress(entrance: Entrance, method: string): Progress {
  return {
    entrance,
    method,
    startedAt: decisions.hasSubscribers ? performance.now() : 0,
    stage: 'admit',
    request: undefined,
    rule: undefined,
    principal: undefined,
  }
}

export function publishDecision(progress: Progress, requestId: string, error: AuthError | undefined): void {
  if (!decisions.hasSubscribers) return
  const { entrance, stage, method, rule, startedAt } = progress
  const event: DecisionEvent = {
    outcome: error ? 'denied' : 'allowed',
    entrance,
    stage,
    requestId,
    method,
    rule,
    status: error?.status,
    code: error?.code,
    reason: error?.reason,
    cause: error?.cause,
    principal: progress.principal && safePrincipal(progress.principal),
    durationMs: startedAt === 0 ? 0 : performance.now() - startedAt,
  }
  decisions.publish(event)
}

/** Of a principal, what may be told to those who listen. */
export function safePrincipal(principal: Principal): SafePrincipal {
  const { kind, subject, method, clientId, issuer, tenantId, credentialId } = principal
  return {
    kind,
    subject,
    method,
    ...(clientId !== undefined && { clientId }),
    ...(issuer !== undefined && { issuer }),
    ...(tenantId !== undefined && { tenantId }),
    ...(credentialId !== undefined && { credentialId }),
  }
}
