import assert from 'node:assert/strict'
import { test } from 'node:test'
import { register } from 'prom-client'
import { decisionMetrics } from '../../../../lib/observe/parts/decision-metrics.ts'

test('the metrics are in no registry by themselves, not even in the global one', () => {
  const { metrics, subscriptions } = decisionMetrics({ maxRules: 1, methods: [], durationBucketsSeconds: [1] })
  assert.deepEqual([metrics.length, subscriptions.length], [2, 1])
  assert.deepEqual(register.getMetricsAsArray(), [])
})
