import { Counter, Histogram } from 'prom-client'
import { type DecisionEvent, decisions } from '../../decision-event.ts'
import { AUTH_ERRORS } from '../../errors.ts'
import { cappedLabel, knownLabel } from './label.ts'
import type { MetricGroup } from './metric-group.ts'

export interface DecisionMetricsOptions {
  readonly maxRules: number
  readonly methods: readonly string[]
  readonly durationBucketsSeconds: readonly number[]
}

const LABELS = ['outcome', 'code', 'stage', 'entrance', 'decided_by', 'auth_method', 'rule'] as const

export function decisionMetrics(options: DecisionMetricsOptions): MetricGroup {
  const counter = new Counter({
    name: 'gatewarden_decisions_total',
    help: 'Decisions about requests.',
    labelNames: LABELS,
    registers: [],
  })
  const duration = new Histogram({
    name: 'gatewarden_decision_duration_seconds',
    help: 'How long a decision took, what it waited for included.',
    labelNames: ['outcome', 'stage'],
    buckets: [...options.durationBucketsSeconds],
    registers: [],
  })
  const codeOf = knownLabel(Object.keys(AUTH_ERRORS))
  const methodOf = knownLabel(options.methods)
  const ruleOf = cappedLabel(options.maxRules)

  function count(event: DecisionEvent): void {
    const { outcome, stage, entrance, decidedBy } = event
    counter.inc({
      outcome,
      code: codeOf(event.code),
      stage,
      entrance,
      decided_by: decidedBy,
      auth_method: methodOf(event.principal?.method),
      rule: ruleOf(event.rule),
    })
    duration.observe({ outcome, stage }, event.durationMs / 1000)
  }

  return { metrics: [counter, duration], subscriptions: [[decisions, count]] }
}
