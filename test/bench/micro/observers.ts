import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { type DecisionEvent, decisions, deliverEvents, type Principal } from 'gatewarden'
import { openTelemetryTracing } from 'gatewarden/observe/opentelemetry'
import { pinoAudit } from 'gatewarden/observe/pino'
import { prometheusMetrics } from 'gatewarden/observe/prometheus'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { publishDecision, startProgress } from '../../../lib/decision-event.ts'
import { systemClock } from '../../../lib/effects.ts'
import type { RequestView } from '../../../lib/request-view.ts'
import type { Stage } from './clock.ts'

/** Who hears of decisions; each begins to listen when it is timed. */
const OBSERVERS: Readonly<Record<string, () => { stop(): unknown }>> = {
  'nobody listens': () => ({ stop: () => undefined }),
  'a listener that does nothing': () => {
    const listener = () => undefined
    decisions.subscribe(listener)
    return { stop: () => decisions.unsubscribe(listener) }
  },
  // Neither a disk nor a network: what is timed is what the request waits for.
  pino: () => pinoAudit({ logger: pino({}, { write: () => undefined }) }),
  Prometheus: () => prometheusMetrics({ registry: new Registry() }),
  'OpenTelemetry, no SDK': () => openTelemetryTracing(),
  'OpenTelemetry, SDK': () => openTelemetryTracing({ tracerProvider: recording() }),
  deliverEvents: () => deliverEvents<DecisionEvent>(decisions, { write: () => undefined, warn: () => undefined }),
}

function recording(): BasicTracerProvider {
  const exporter = {
    export: (_spans: unknown, done: (result: { readonly code: 0 }) => void) => done({ code: 0 }),
    shutdown: async () => undefined,
  }
  return new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
}

/** An event of a request, from its beginning to who hears it. */
export function observerStages(request: RequestView, principal: Principal): readonly Stage[] {
  const raw = { method: 'GET', peerAddress: '127.0.0.1' }
  return Object.entries(OBSERVERS).map(([name, observe]) => ({
    name: `event: ${name}`,
    prepare: () => undefined,
    run() {
      const progress = startProgress('http', raw, systemClock)
      progress.stage = 'propagate'
      progress.request = request
      progress.rule = 'GET /orders/**'
      progress.principal = principal
      publishDecision(progress, request.id, undefined)
    },
    setUp() {
      const observer = observe()
      return () => void observer.stop()
    },
  }))
}
