import { type AppliedRevocation, appliedRevocations } from '../applied-revocation.ts'
import { type ShadowEvent, shadowDecisions } from '../authorize/decision-points/shadow/shadow-event.ts'
import { type RoutesEvent, routesEvents } from '../authorize/routes-from-file.ts'
import { type DecisionEvent, decisions } from '../decision-event.ts'
import { type ApiKeyEvent, keyEvents } from '../keys/key-event.ts'
import { type LimitStoreEvent, limitStoreEvents } from '../limit/store-event.ts'
import { assertFunction, assertKnownKeys, assertOneOf } from '../options.ts'
import { type RevocationRequest, revocationRequests } from '../revoke/revocation-request.ts'
import { safeCause } from './parts/cause.ts'
import { type Subscription, subscribeAll } from './parts/subscriptions.ts'

/** The part of a logger of pino that is used. */
export interface AuditLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface PinoAuditOptions {
  readonly logger: AuditLogger
  /** Which decisions are logged. Default `all`. All other events are logged always. */
  readonly decisions?: 'all' | 'denied'
}

export interface PinoAudit {
  /** Logs no more. */
  stop(): void
}

const FACTORY = 'pinoAudit'

/**
 * Writes a line for every decision, and for every other event. `event` is the name of the channel;
 * the other members are those of the event.
 * @throws TypeError when an option is wrong
 */
export function pinoAudit(options: PinoAuditOptions): PinoAudit {
  assertKnownKeys(FACTORY, options, ['logger', 'decisions'])
  const { logger, decisions: which = 'all' } = options
  for (const level of ['info', 'warn', 'error'] as const) {
    assertFunction(FACTORY, `logger.${level}`, logger?.[level])
  }
  assertOneOf(FACTORY, 'decisions', which, ['all', 'denied'])
  return { stop: subscribeAll([decisionLog(logger, which === 'all'), ...changeLogs(logger)]) }
}

/** `info` of what is allowed, `warn` of what is denied, `error` where it could not be decided. */
function decisionLog(logger: AuditLogger, logsAllowed: boolean): Subscription {
  const event = decisions.name
  return [
    decisions,
    ({ cause, ...decision }: DecisionEvent) => {
      if (decision.outcome === 'allowed') {
        if (logsAllowed) logger.info({ event, ...decision }, 'request allowed')
      } else if (decision.status === 503) {
        logger.error({ event, ...decision, cause: safeCause(cause) }, 'request not decided')
      } else logger.warn({ event, ...decision, cause: safeCause(cause) }, 'request denied')
    },
  ]
}

function changeLogs(logger: AuditLogger): readonly Subscription[] {
  return [
    [keyEvents, (change: ApiKeyEvent) => logger.info({ event: keyEvents.name, ...change }, `API key ${change.change}`)],
    [
      appliedRevocations,
      (applied: AppliedRevocation) => logger.info({ event: appliedRevocations.name, ...applied }, 'revocation applied'),
    ],
    [
      revocationRequests,
      (asked: RevocationRequest) => logger.info({ event: revocationRequests.name, ...asked }, 'revocation requested'),
    ],
    [
      limitStoreEvents,
      ({ cause, ...state }: LimitStoreEvent) => {
        const fields = { event: limitStoreEvents.name, ...state, cause: safeCause(cause) }
        if (state.state === 'down') logger.error(fields, 'limit store down')
        else logger.info(fields, 'limit store up')
      },
    ],
    [
      shadowDecisions,
      (shadow: ShadowEvent) => {
        logger.warn({ event: shadowDecisions.name, ...shadow }, `shadow decision ${shadow.result}`)
      },
    ],
    [
      routesEvents,
      (routes: RoutesEvent) => {
        const fields = { event: routesEvents.name, ...routes }
        if (routes.outcome === 'refused') logger.error(fields, 'routes refused')
        else logger.info(fields, 'routes loaded')
      },
    ],
  ]
}
