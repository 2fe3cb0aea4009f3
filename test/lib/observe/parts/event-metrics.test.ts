import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Metric, Registry, register } from 'prom-client'
import { appliedRevocations } from '../../../../lib/applied-revocation.ts'
import { shadowDecisions } from '../../../../lib/authorize/decision-points/shadow/shadow-event.ts'
import { routesEvents } from '../../../../lib/authorize/routes-from-file.ts'
import { keyEvents } from '../../../../lib/keys/key-event.ts'
import { limitStoreEvents } from '../../../../lib/limit/store-event.ts'
import { eventMetrics, revocationMetrics } from '../../../../lib/observe/parts/event-metrics.ts'
import { subscribeAll } from '../../../../lib/observe/parts/subscriptions.ts'
import { revocationRequests } from '../../../../lib/revoke/revocation-request.ts'

suite('each event is one more', async () => {
  const { metrics, subscriptions } = eventMetrics()
  const registry = new Registry()
  for (const metric of metrics) registry.registerMetric(metric as Metric)
  const stop = subscribeAll(subscriptions)
  keyEvents.publish({ change: 'created' })
  appliedRevocations.publish({ revocation: { kind: 'token', tokenId: 'canary' } })
  revocationRequests.publish({ input: 'client', actor: 'canary' })
  shadowDecisions.publish({ result: 'differed', rule: 'canary', counts: { agreed: 1 } })
  routesEvents.publish({ outcome: 'refused', problem: 'canary' })
  for (const state of ['down', 'up', 'down', 'up']) limitStoreEvents.publish({ state })
  stop()
  const text = await registry.metrics()
  for (const sample of [
    'gatewarden_key_changes_total{change="created"} 1',
    'gatewarden_revocations_applied_total{kind="token"} 1',
    'gatewarden_revocation_requests_total{input="client"} 1',
    'gatewarden_shadow_decisions_total{result="differed"} 1',
    'gatewarden_route_reloads_total{outcome="refused"} 1',
    'gatewarden_limit_store_failures_total 2',
    'gatewarden_limit_store_up 1',
  ]) {
    test(sample, () => assert.ok(text.includes(`${sample}\n`), text))
  }
  test('without who, or what', () => assert.ok(!text.includes('canary')))
})

test('a list is not asked before somebody reads the metrics', () => {
  const { metrics } = revocationMetrics({ health: () => assert.fail('it was asked') })
  assert.equal(metrics.length, 2)
  assert.deepEqual(register.getMetricsAsArray(), [])
})
