import type { Channel } from 'node:diagnostics_channel'
import type { Clock } from './effects.ts'
import type { AuthError, AuthErrorCode } from './errors.ts'
import { eventChannel } from './event-channel.ts'
import { pathForLogs } from './path-for-logs.ts'
import type { Principal } from './principal.ts'
import type { RawRequest, RequestView } from './request-view.ts'

export type Stage = 'admit' | 'limit' | 'authenticate' | 'authorize' | 'propagate'

/** By which door a request came. */
export type Entrance = 'http' | 'upgrade'

/**
 * Who decided: the boundary, about a request or about a CORS preflight that it answers; or a middleware behind it that
 * refuses what the boundary has let through.
 */
export type Decider = 'boundary' | 'preflight' | 'middleware'

/**
 * What is published of every decision on the diagnostics channel `gatewarden:decision`. It holds no credential, but personal
 * data: `clientAddress`, `path` and the principal's ids.
 */
export interface DecisionEvent {
  readonly outcome: 'allowed' | 'denied'
  readonly decidedBy: Decider
  readonly entrance: Entrance
  /** The last stage that ran. */
  readonly stage: Stage
  readonly requestId: string
  readonly method: string
  /** Lower-case, without port; absent when the request was not admitted. */
  readonly host: string | undefined
  /**
   * The canonical path, without the query, cut to 1,024 characters; what looks like a credential in it is masked. Absent when
   * the request was not admitted.
   */
  readonly path: string | undefined
  /** Of a request that was not admitted: the other end of the connection, which may be a proxy. */
  readonly clientAddress: string | undefined
  /** The route rule that governed the request, such as `GET /orders/**`. */
  readonly rule: string | undefined
  readonly status: number | undefined
  readonly code: AuthErrorCode | undefined
  /** Why it was denied, in a word or two; more than the caller is told. */
  readonly reason: string | undefined
  /** What was thrown, when a dependency failed. It may hold anything: do not log it as it is. */
  readonly cause: unknown
  readonly principal: SafePrincipal | undefined
  /** Epoch seconds, when the decision began. */
  readonly startedAt: number
  readonly durationMs: number
}

export type SafePrincipal = Pick<
  Principal,
  'kind' | 'subject' | 'method' | 'clientId' | 'issuer' | 'tenantId' | 'credentialId'
>

export const decisions: Channel = eventChannel('gatewarden:decision')

/** How far a request has come; filled in as it goes. */
export interface Progress {
  readonly entrance: Entrance
  readonly raw: Pick<RawRequest, 'method' | 'peerAddress'>
  readonly now: Clock
  /** Epoch seconds. */
  readonly startedAt: number
  /** Of the monotonic clock; 0 when nobody listened then. */
  readonly startedAtMs: number
  stage: Stage
  request: RequestView | undefined
  rule: string | undefined
  principal: Principal | undefined
}

/** Starts the clocks only when somebody listens. */
export function startProgress(entrance: Entrance, raw: Progress['raw'], now: Clock): Progress {
  const isHeard = decisions.hasSubscribers
  return {
    entrance,
    raw,
    now,
    startedAt: isHeard ? now() : 0,
    startedAtMs: isHeard ? performance.now() : 0,
    stage: 'admit',
    request: undefined,
    rule: undefined,
    principal: undefined,
  }
}

export function publishDecision(
  progress: Progress,
  requestId: string,
  error: AuthError | undefined,
  decidedBy: Decider = 'boundary',
): void {
  if (!decisions.hasSubscribers) return
  const { entrance, stage, raw, rule, request, principal, now, startedAt, startedAtMs } = progress
  const event: DecisionEvent = {
    outcome: error ? 'denied' : 'allowed',
    decidedBy,
    entrance,
    stage,
    requestId,
    method: raw.method,
    host: request?.host,
    path: request && pathForLogs(request.path),
    clientAddress: request?.clientAddress ?? raw.peerAddress,
    rule,
    status: error?.status,
    code: error?.code,
    reason: error?.reason,
    cause: error?.cause,
    principal: principal && safePrincipal(principal),
    startedAt: startedAtMs === 0 ? now() : startedAt,
    durationMs: startedAtMs === 0 ? 0 : performance.now() - startedAtMs,
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
