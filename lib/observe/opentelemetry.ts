import { type HrTime, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { type DecisionEvent, decisions } from '../decision-event.ts'
import { assertBoolean, assertFunction, assertKnownKeys, assertOneOf } from '../options.ts'
import { decisionAttributes } from './parts/decision-attributes.ts'
import { subscribeAll } from './parts/subscriptions.ts'

/** The part of a tracer provider of OpenTelemetry that is used. */
export interface SpanTracerProvider {
  getTracer(name: string): unknown
}

export interface OpenTelemetryOptions {
  /**
   * `span` (default): a span of its own for each decision, below the one that is active. `attributes`: nothing but attributes
   * of the one that is active, as an instrumentation of HTTP makes it.
   */
  readonly record?: 'span' | 'attributes'
  /** Whether to tell who it was. Default true. */
  readonly principal?: boolean
  /** Default: the global one. */
  readonly tracerProvider?: SpanTracerProvider
}

export interface OpenTelemetryTracing {
  /** Records no more. */
  stop(): void
}

const FACTORY = 'openTelemetryTracing'
const SPAN_NAME = 'gatewarden.decide'

/**
 * Records decisions in the traces of OpenTelemetry. Where nothing records, it does nothing.
 * @throws TypeError when an option is wrong
 */
export function openTelemetryTracing(options: OpenTelemetryOptions = {}): OpenTelemetryTracing {
  assertKnownKeys(FACTORY, options, ['record', 'principal', 'tracerProvider'])
  const { record = 'span', principal = true, tracerProvider = trace } = options
  assertOneOf(FACTORY, 'record', record, ['span', 'attributes'])
  assertBoolean(FACTORY, 'principal', principal)
  assertFunction(FACTORY, 'tracerProvider.getTracer', tracerProvider?.getTracer)
  const tracer = tracerProvider.getTracer('gatewarden') as Tracer
  const listener =
    record === 'span'
      ? (event: DecisionEvent) => recordSpan(tracer, event, principal)
      : (event: DecisionEvent) => describeActiveSpan(event, principal)
  return { stop: subscribeAll([[decisions, listener]]) }
}

function recordSpan(tracer: Tracer, event: DecisionEvent, tellsPrincipal: boolean): void {
  const startedAt = hrTimeOf(event.startedAt, 0)
  const span = tracer.startSpan(SPAN_NAME, { kind: SpanKind.INTERNAL, startTime: startedAt })
  if (!span.isRecording()) return
  span.setAttributes(decisionAttributes(event, tellsPrincipal))
  // A refusal is what the boundary is there for; only a failure of its own is an error.
  if (event.status === 503) span.setStatus({ code: SpanStatusCode.ERROR, message: event.reason ?? '' })
  span.end(hrTimeOf(event.startedAt, event.durationMs))
}

function describeActiveSpan(event: DecisionEvent, tellsPrincipal: boolean): void {
  const span = trace.getActiveSpan()
  if (span?.isRecording()) span.setAttributes(decisionAttributes(event, tellsPrincipal))
}

/** Seconds and nanoseconds: a number of milliseconds since 1970 has no room for what a decision takes. */
function hrTimeOf(startedAtSeconds: number, laterMs: number): HrTime {
  const startMs = Math.round(startedAtSeconds * 1_000)
  const nanoseconds = (startMs % 1_000) * 1_000_000 + Math.round(laterMs * 1_000_000)
  return [Math.floor(startMs / 1_000) + Math.floor(nanoseconds / 1_000_000_000), nanoseconds % 1_000_000_000]
}
