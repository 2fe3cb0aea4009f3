import type { Metric } from 'prom-client'
import type { Subscription } from './subscriptions.ts'

/** Metrics that belong together, and what feeds them. They are in no registry yet. */
export interface MetricGroup {
  readonly metrics: readonly Metric[]
  readonly subscriptions: readonly Subscription[]
}
