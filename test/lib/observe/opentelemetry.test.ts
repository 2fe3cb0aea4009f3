import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { context, type HrTime, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { decisions } from '../../../lib/decision-event.ts'
import { DependencyError } from '../../../lib/errors.ts'
import { type OpenTelemetryOptions, openTelemetryTracing } from '../../../lib/observe/opentelemetry.ts'
import { createPipeline } from '../../../lib/pipeline.ts'
import { contextManager } from '../../support/context-manager.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { principal } from '../../support/outcomes.ts'
import { requestWith } from '../../support/raw-request.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { toldDecision, toldRefusal } from '../../support/told-decision.ts'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
let stop: () => void = () => undefined
afterEach(() => {
  stop()
  exporter.reset()
})
before(() => void context.setGlobalContextManager(contextManager()))
after(() => context.disable())

function tracing(options: OpenTelemetryOptions = {}): void {
  stop = openTelemetryTracing({ tracerProvider: provider, ...options }).stop
}
function spans(): readonly ReadableSpan[] {
  return exporter.getFinishedSpans()
}
const nanoseconds = ([seconds, rest]: HrTime) => BigInt(seconds) * 1_000_000_000n + BigInt(rest)

suite('a decision is a span', () => {
  test('from when it began, for as long as it took', () => {
    tracing()
    decisions.publish(toldDecision())
    const [span] = spans()
    assert.deepEqual([span?.name, span?.kind, span?.status.code], ['gatewarden.decide', SpanKind.INTERNAL, 0])
    assert.deepEqual(span?.startTime, [1_800_000_000, 250_000_000])
    assert.deepEqual(span?.endTime, [1_800_000_000, 250_040_000])
    assert.deepEqual(span?.attributes, {
      'gatewarden.outcome': 'allowed',
      'gatewarden.decided_by': 'boundary',
      'gatewarden.entrance': 'http',
      'gatewarden.stage': 'propagate',
      'gatewarden.request_id': 'request-1',
      'gatewarden.rule': 'GET /orders/**',
      'http.request.method': 'GET',
      'enduser.id': 'alice',
      'gatewarden.principal.kind': 'user',
      'gatewarden.principal.subject': 'alice',
      'gatewarden.principal.method': 'jwt',
      'gatewarden.principal.credential_id': 'jti-1',
    })
  })
  test('also over the turn of a second', () => {
    tracing()
    decisions.publish(toldDecision({ startedAt: 1_800_000_000.999, durationMs: 1.5 }))
    assert.deepEqual(spans()[0]?.endTime, [1_800_000_001, 500_000])
  })
  test('a refusal is none of its errors', () => {
    tracing()
    decisions.publish(toldRefusal())
    const [span] = spans()
    assert.equal(span?.status.code, SpanStatusCode.UNSET)
    assert.deepEqual(
      [span?.attributes['http.response.status_code'], span?.attributes['gatewarden.code']],
      [403, 'access_denied'],
    )
    assert.equal(span?.attributes['error.type'], undefined)
  })
  test('a failed dependency is, and is told without what it says', () => {
    tracing()
    const cause = new DependencyError('key store', 'down', { cause: new Error('s3cret') })
    decisions.publish(
      toldRefusal({ status: 503, code: 'temporarily_unavailable', reason: 'key store', cause, principal: undefined }),
    )
    const [span] = spans()
    assert.deepEqual(span?.status, { code: SpanStatusCode.ERROR, message: 'key store' })
    assert.equal(span?.attributes['error.type'], 'temporarily_unavailable')
    assert.deepEqual(span?.events, [])
    assert.ok(!JSON.stringify([span?.attributes, span?.status]).includes('s3cret'))
  })
  test('who it was is left out when asked', () => {
    tracing({ principal: false })
    decisions.publish(toldDecision())
    assert.ok(!JSON.stringify(spans()[0]?.attributes).includes('alice'))
  })
})

suite('a real decision', () => {
  const alice = principal()
  for (const later of [false, true]) {
    test(`that comes ${later ? 'later' : 'at once'} is below the span that was active, and within it`, async () => {
      tracing()
      const pipeline = createPipeline({ authenticate: headerAuthenticator('x-api-key', { good: alice }, { later }) })
      const server = provider.getTracer('http').startSpan('GET', { kind: SpanKind.SERVER })
      await context.with(trace.setSpan(context.active(), server), () =>
        pipeline.decide(requestWith(['X-API-Key', 'good']), 'http'),
      )
      server.end()
      const [span] = spans()
      assert.equal(span?.parentSpanContext?.spanId, server.spanContext().spanId)
      assert.equal(span?.spanContext().traceId, server.spanContext().traceId)
      const parent = server as unknown as ReadableSpan
      assert.ok(span && nanoseconds(span.startTime) >= nanoseconds(parent.startTime))
      assert.ok(nanoseconds(span.endTime) > nanoseconds(span.startTime))
    })
  }
})

suite('attributes of the active span', () => {
  test('are set, and no span is made', () => {
    tracing({ record: 'attributes' })
    const server = provider.getTracer('http').startSpan('GET')
    context.with(trace.setSpan(context.active(), server), () => decisions.publish(toldRefusal()))
    server.end()
    assert.equal(spans().length, 1)
    assert.equal(spans()[0]?.attributes['gatewarden.code'], 'access_denied')
    assert.equal(spans()[0]?.status.code, SpanStatusCode.UNSET)
  })
  test('are nowhere without one', () => {
    tracing({ record: 'attributes' })
    decisions.publish(toldDecision())
    assert.deepEqual(spans(), [])
  })
})

test('a span that is not recorded is not described', () => {
  const unrecorded = { isRecording: () => false, setAttributes: () => assert.fail('it was described') }
  tracing({ tracerProvider: { getTracer: () => ({ startSpan: () => unrecorded }) } })
  decisions.publish(toldDecision())
})

test('without an SDK nothing happens; with one that comes later, spans are made', () => {
  stop = openTelemetryTracing().stop
  decisions.publish(toldDecision())
  assert.deepEqual(spans(), [])
  trace.setGlobalTracerProvider(provider)
  decisions.publish(toldDecision())
  trace.disable()
  assert.equal(spans().length, 1)
})

test('after stop() nothing is recorded', () => {
  tracing()
  stop()
  decisions.publish(toldDecision())
  assert.deepEqual([spans().length, decisions.hasSubscribers], [0, false])
})

test('options are checked', () => {
  assertRefusedOption(() => openTelemetryTracing(untyped({ recod: 'span' })), 'Did you mean "record"?')
  assertRefusedOption(() => openTelemetryTracing(untyped({ record: 'spans' })), '"record"', '"attributes"')
  assertRefusedOption(() => openTelemetryTracing(untyped({ principal: 'yes' })), '"principal"')
  assertRefusedOption(() => openTelemetryTracing(untyped({ tracerProvider: {} })), '"tracerProvider.getTracer"')
})
