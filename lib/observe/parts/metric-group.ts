import type { Subscription } from './subscriptions.ts'

/** Metrics of prom-client that belong together, and what feeds them. They are in no registry yet. */
export interface MetricGroup {
  readonly metrics: readonly object[]
  readonly subscriptions: readonly Subscription[]
}
