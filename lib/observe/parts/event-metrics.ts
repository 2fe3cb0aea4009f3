import { Counter, Gauge } from 'prom-client'
import { type AppliedRevocation, appliedRevocations } from '../../applied-revocation.ts'
import { type ShadowEvent, shadowDecisions } from '../../authorize/decision-points/shadow/shadow-event.ts'
import { type RoutesEvent, routesEvents } from '../../authorize/routes-from-file.ts'
import { type ApiKeyEvent, keyEvents } from '../../keys/key-event.ts'
import { type LimitStoreEvent, limitStoreEvents } from '../../limit/store-event.ts'
import { type RevocationRequest, revocationRequests } from '../../revoke/revocation-request.ts'
import type { MetricGroup } from './metric-group.ts'

/** The part of a revocation list that is used. */
export interface RevocationListHealth {
  health(): { readonly isFresh: boolean; readonly entries: number }
}

/** What happens besides decisions. It is rare: nothing here counts requests. */
export function eventMetrics(): MetricGroup {
  const keys = counterOf('gatewarden_key_changes_total', 'Changes to API keys.', 'change')
  const applied = counterOf('gatewarden_revocations_applied_total', 'Revocations that lists began to apply.', 'kind')
  const asked = counterOf('gatewarden_revocation_requests_total', 'Revocations asked for over HTTP.', 'input')
  const shadows = counterOf('gatewarden_shadow_decisions_total', 'Shadow policies that differed or failed.', 'result')
  const reloads = counterOf('gatewarden_route_reloads_total', 'Changed route files.', 'outcome')
  const failures = counterOf('gatewarden_limit_store_failures_total', 'How often a store of limits began to fail.')
  const isUp = new Gauge({
    name: 'gatewarden_limit_store_up',
    help: '0 while a store of limits fails, 1 otherwise.',
    registers: [],
  })
  isUp.set(1)
  return {
    metrics: [keys, applied, asked, shadows, reloads, failures, isUp],
    subscriptions: [
      [keyEvents, ({ change }: ApiKeyEvent) => keys.inc({ change })],
      [appliedRevocations, ({ revocation }: AppliedRevocation) => applied.inc({ kind: revocation.kind })],
      [revocationRequests, ({ input }: RevocationRequest) => asked.inc({ input })],
      [shadowDecisions, ({ result }: ShadowEvent) => shadows.inc({ result })],
      [routesEvents, ({ outcome }: RoutesEvent) => reloads.inc({ outcome })],
      [
        limitStoreEvents,
        ({ state }: LimitStoreEvent) => {
          isUp.set(state === 'up' ? 1 : 0)
          if (state === 'down') failures.inc()
        },
      ],
    ],
  }
}

function counterOf(name: string, help: string, label?: string): Counter {
  return new Counter({ name, help, labelNames: label === undefined ? [] : [label], registers: [] })
}

/** The list is asked when the metrics are read. */
export function revocationMetrics(list: RevocationListHealth): MetricGroup {
  const isFresh = new Gauge({
    name: 'gatewarden_revocation_list_fresh',
    help: '1 while the revocation list has heard of changes lately, 0 otherwise.',
    registers: [],
    collect() {
      this.set(list.health().isFresh ? 1 : 0)
    },
  })
  const entries = new Gauge({
    name: 'gatewarden_revocation_list_entries',
    help: 'Revocations that the list applies.',
    registers: [],
    collect() {
      this.set(list.health().entries)
    },
  })
  return { metrics: [isFresh, entries], subscriptions: [] }
}
