import type { DecisionEvent } from '../../lib/decision-event.ts'

/** The event of a request that was let through, unless changed. */
export function toldDecision(changes: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    outcome: 'allowed',
    decidedBy: 'boundary',
    entrance: 'http',
    stage: 'propagate',
    requestId: 'request-1',
    method: 'GET',
    host: 'api.example.test',
    path: '/orders/42',
    clientAddress: '192.0.2.7',
    rule: 'GET /orders/**',
    status: undefined,
    code: undefined,
    reason: undefined,
    cause: undefined,
    principal: { kind: 'user', subject: 'alice', method: 'jwt', credentialId: 'jti-1' },
    startedAt: 1_800_000_000.25,
    durationMs: 0.04,
    ...changes,
  }
}

/** The event of one that was refused. */
export function toldRefusal(changes: Partial<DecisionEvent> = {}): DecisionEvent {
  const refused = { outcome: 'denied', stage: 'authorize', status: 403, code: 'access_denied', reason: 'role' } as const
  return toldDecision({ ...refused, ...changes })
}
