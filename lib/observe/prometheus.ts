import { assertKnownKeys, assertPositiveNumber, assertStrings, invalidOption } from '../options.ts'
import { decisionMetrics } from './parts/decision-metrics.ts'
import { eventMetrics, type RevocationListHealth, revocationMetrics } from './parts/event-metrics.ts'
import { subscribeAll } from './parts/subscriptions.ts'

export type { RevocationListHealth } from './parts/event-metrics.ts'

/** The part of a `Registry` of prom-client that is used. */
export interface MetricsRegistry {
  getSingleMetric(name: string): unknown
  registerMetric(metric: unknown): void
  removeSingleMetric(name: string): void
}

export interface PrometheusOptions {
  /** Where the metrics are registered, such as `register` of prom-client. */
  readonly registry: MetricsRegistry
  /** How many route rules are told apart; those beyond are `other`. Default 100; 0 for none. */
  readonly maxRules?: number
  /** Methods of your own authenticators; what is not known is `other`. */
  readonly methods?: readonly string[]
  /** Upper bounds of the buckets for the duration of a decision. Default 10 microseconds to 5 seconds. */
  readonly durationBucketsSeconds?: readonly number[]
  /** A revocation list, for gauges of its state. */
  readonly revocations?: RevocationListHealth
}

export interface PrometheusMetrics {
  /** Ends counting, and takes the metrics from the registry. */
  stop(): void
}

const FACTORY = 'prometheusMetrics'
const KEYS = ['registry', 'maxRules', 'methods', 'durationBucketsSeconds', 'revocations']
const METHODS = ['api-key', 'jwt', 'introspection', 'mtls', 'hmac', 'http-signature', 'anonymous']
const DEFAULT_MAX_RULES = 100
const DEFAULT_BUCKETS_SECONDS: readonly number[] = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5,
]

/**
 * Counts decisions, and the other events, as metrics of prom-client. Labels hold no subject, no id and no path: however many
 * requests come, the time series are as many as the configuration allows.
 * @throws TypeError when an option is wrong, or the registry has these metrics already
 */
export function prometheusMetrics(options: PrometheusOptions): PrometheusMetrics {
  const { registry, maxRules, methods, durationBucketsSeconds, revocations } = checked(options)
  const groups = [
    decisionMetrics({ maxRules, durationBucketsSeconds, methods: [...METHODS, ...methods] }),
    eventMetrics(),
    ...(revocations ? [revocationMetrics(revocations)] : []),
  ]
  // Kept apart: an OpenMetrics registry renames its counters.
  const metrics = groups.flatMap((group) => group.metrics.map((metric) => ({ metric, name: nameOf(metric) })))
  for (const { name } of metrics) assertFree(registry, name)
  for (const { metric } of metrics) registry.registerMetric(metric)
  const unsubscribe = subscribeAll(groups.flatMap(({ subscriptions }) => subscriptions))
  return {
    stop() {
      unsubscribe()
      for (const { metric, name } of metrics) {
        if (registry.getSingleMetric(name) === metric) registry.removeSingleMetric(name)
      }
    },
  }
}

function nameOf(metric: object): string {
  return (metric as { readonly name: string }).name
}

function assertFree(registry: MetricsRegistry, name: string): void {
  if (registry.getSingleMetric(name) === undefined) return
  const remedy = 'one prometheusMetrics() counts for the whole process: keep that one, or call its stop() first'
  throw invalidOption(FACTORY, `"registry" has "${name}" already; ${remedy}`)
}

function checked(options: PrometheusOptions) {
  assertKnownKeys(FACTORY, options, KEYS)
  const { registry, maxRules = DEFAULT_MAX_RULES, methods = [], revocations } = options
  const { durationBucketsSeconds = DEFAULT_BUCKETS_SECONDS } = options
  for (const method of ['getSingleMetric', 'registerMetric', 'removeSingleMetric'] as const) {
    if (typeof registry?.[method] !== 'function') {
      throw invalidOption(FACTORY, '"registry" must be a Registry of prom-client, such as its `register`')
    }
  }
  assertPositiveNumber(FACTORY, 'maxRules', maxRules, 0)
  if (methods.length > 0) assertStrings(FACTORY, 'methods', methods)
  assertBuckets(durationBucketsSeconds)
  if (revocations !== undefined && typeof revocations.health !== 'function') {
    throw invalidOption(FACTORY, '"revocations" must be a revocation list, as revocationList() makes it')
  }
  return { registry, maxRules, methods, durationBucketsSeconds, revocations }
}

function assertBuckets(bounds: readonly number[]): void {
  const isOrdered = Array.isArray(bounds) && bounds.every((bound, index) => bound > (bounds[index - 1] ?? 0))
  if (!isOrdered || bounds.length === 0 || !bounds.every(Number.isFinite)) {
    throw invalidOption(
      FACTORY,
      '"durationBucketsSeconds" must be a list of numbers above 0, each above the one before',
    )
  }
}
