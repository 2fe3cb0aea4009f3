import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import { type OpenMetricsContentType, Registry } from 'prom-client'
import { type Decider, decisions, type Entrance, type Stage } from '../../../lib/decision-event.ts'
import { AUTH_ERRORS, type AuthErrorCode } from '../../../lib/errors.ts'
import { keyEvents } from '../../../lib/keys/key-event.ts'
import { limitStoreEvents } from '../../../lib/limit/store-event.ts'
import { type PrometheusOptions, prometheusMetrics } from '../../../lib/observe/prometheus.ts'
import { createPipeline } from '../../../lib/pipeline.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { principal } from '../../support/outcomes.ts'
import { rawRequest, requestWith } from '../../support/raw-request.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { toldDecision, toldRefusal } from '../../support/told-decision.ts'

let stop: () => void = () => undefined
afterEach(() => stop())

function counted(options: Partial<PrometheusOptions> = {}) {
  const registry = new Registry()
  stop = prometheusMetrics({ registry, ...options }).stop
  /** The samples of a metric, as they are scraped. */
  const samples = async (name: string) =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return { registry, samples }
}

suite('decisions are counted', () => {
  test('by what came of them, and where', async () => {
    const { samples } = counted()
    decisions.publish(toldDecision())
    decisions.publish(toldDecision())
    decisions.publish(
      toldRefusal({ decidedBy: 'middleware', entrance: 'upgrade', principal: undefined, rule: undefined }),
    )
    assert.deepEqual(await samples('gatewarden_decisions_total'), [
      'gatewarden_decisions_total{outcome="allowed",code="none",stage="propagate",entrance="http",decided_by="boundary",auth_method="jwt",rule="GET /orders/**"} 2',
      'gatewarden_decisions_total{outcome="denied",code="access_denied",stage="authorize",entrance="upgrade",decided_by="middleware",auth_method="none",rule="none"} 1',
    ])
  })
  test('with how long they took, in seconds, from microseconds on', async () => {
    const { registry } = counted()
    for (const durationMs of [0.004, 0.04, 4, 40_000]) decisions.publish(toldDecision({ durationMs }))
    const text = await registry.metrics()
    const labels = 'outcome="allowed",stage="propagate"'
    for (const [bound, count] of Object.entries({ '0.00001': 1, '0.00005': 2, '0.005': 3, '5': 3, '+Inf': 4 })) {
      assert.ok(text.includes(`gatewarden_decision_duration_seconds_bucket{le="${bound}",${labels}} ${count}\n`), bound)
    }
  })
  test('in buckets of your own', async () => {
    const { registry } = counted({ durationBucketsSeconds: [0.001, 1] })
    decisions.publish(toldDecision())
    assert.equal((await registry.metrics()).match(/duration_seconds_bucket\{/g)?.length, 3)
  })
  test('of real requests', async () => {
    const { samples } = counted()
    const pipeline = createPipeline({ authenticate: headerAuthenticator('x-api-key', { good: principal() }) })
    await pipeline.decide(requestWith(['X-API-Key', 'good']), 'http')
    await pipeline.decide(rawRequest({ target: '/../x' }), 'http')
    assert.match(
      (await samples('gatewarden_decisions_total')).join('\n'),
      /code="none".* 1\n.*code="invalid_request",stage="admit".* 1$/,
    )
  })
})

suite('labels are bounded', () => {
  test('a method that is not known is other, unless it is yours', async () => {
    const { samples } = counted({ methods: ['badge'] })
    for (const method of ['badge', 'made up', 'x']) {
      decisions.publish(toldDecision({ principal: { kind: 'user', subject: 'alice', method } }))
    }
    const methods = (await samples('gatewarden_decisions_total')).map((line) =>
      /auth_method="([^"]*)".* (\d)/.exec(line)?.slice(1),
    )
    assert.deepEqual(methods, [
      ['badge', '1'],
      ['other', '2'],
    ])
  })
  test('the rules beyond so many are other', async () => {
    const { samples } = counted({ maxRules: 2 })
    for (const rule of ['a', 'b', 'c', 'a', 'd']) decisions.publish(toldDecision({ rule }))
    const rules = (await samples('gatewarden_decisions_total')).map((line) =>
      /rule="([^"]*)".* (\d)/.exec(line)?.slice(1),
    )
    assert.deepEqual(rules, [
      ['a', '2'],
      ['b', '1'],
      ['other', '2'],
    ])
  })
  test('none is told apart when asked', async () => {
    const { samples } = counted({ maxRules: 0 })
    for (const rule of ['a', 'b']) decisions.publish(toldDecision({ rule }))
    assert.match((await samples('gatewarden_decisions_total')).join('\n'), /^[^\n]*rule="other"\} 2$/)
  })
  test('after 100,000 requests that are all different, and none of what they brought is in them', async () => {
    const { registry, samples } = counted({ maxRules: 20 })
    const random = seededRandom(6)
    const codes = Object.keys(AUTH_ERRORS) as [AuthErrorCode, ...AuthErrorCode[]]
    const stages: [Stage, ...Stage[]] = ['admit', 'limit', 'authenticate', 'authorize', 'propagate']
    const entrances: [Entrance, ...Entrance[]] = ['http', 'upgrade']
    const deciders: [Decider, ...Decider[]] = ['boundary', 'preflight', 'middleware']
    for (let index = 0; index < 100_000; index++) {
      const canary = `canary-${index}`
      const code = random.chance(0.5) ? random.pick(codes) : (canary as AuthErrorCode)
      decisions.publish(
        toldRefusal({
          code,
          stage: random.pick(stages),
          entrance: random.pick(entrances),
          decidedBy: random.pick(deciders),
          requestId: canary,
          path: `/${canary}`,
          host: canary,
          method: canary,
          clientAddress: canary,
          reason: canary,
          rule: random.chance(0.5) ? undefined : `GET /${random.integer(50)}/**`,
          principal: { kind: 'user', subject: canary, method: canary, credentialId: canary, tenantId: canary },
        }),
      )
    }
    assert.ok(!(await registry.metrics()).includes('canary'))
    const series = await samples('gatewarden_decisions_total')
    assert.ok(series.length > 1_000, 'they did differ')
    // Codes and `other`, stages, entrances, deciders, one method, rules and `other` and `none`.
    assert.ok(series.length <= 13 * 5 * 2 * 3 * 22, String(series.length))
    const rules = new Set(series.map((line) => /rule="([^"]*)"/.exec(line)?.[1]))
    assert.equal(rules.size, 22)
  })
})

suite('other events are counted', () => {
  test('changes to keys, and whether the store of limits answers', async () => {
    const { samples } = counted()
    assert.deepEqual(await samples('gatewarden_limit_store_up'), ['gatewarden_limit_store_up 1'])
    keyEvents.publish({ change: 'rotated' })
    limitStoreEvents.publish({ state: 'down' })
    assert.deepEqual(await samples('gatewarden_key_changes_total'), [
      'gatewarden_key_changes_total{change="rotated"} 1',
    ])
    assert.deepEqual(await samples('gatewarden_limit_store_up'), ['gatewarden_limit_store_up 0'])
  })
  test('a revocation list is asked at each scrape', async () => {
    let health = { isFresh: true, entries: 3 }
    const { samples } = counted({ revocations: { health: () => health } })
    assert.deepEqual(await samples('gatewarden_revocation_list_fresh'), ['gatewarden_revocation_list_fresh 1'])
    health = { isFresh: false, entries: 4 }
    assert.deepEqual(await samples('gatewarden_revocation_list_fresh'), ['gatewarden_revocation_list_fresh 0'])
    assert.deepEqual(await samples('gatewarden_revocation_list_entries'), ['gatewarden_revocation_list_entries 4'])
  })
})

suite('one registry', () => {
  test('takes them once, and says what to do; after stop() it takes them again', async () => {
    const { registry } = counted()
    assertRefusedOption(() => prometheusMetrics({ registry }), 'gatewarden_decisions_total', 'call its stop() first')
    stop()
    assert.equal(await registry.metrics(), '\n')
    assert.equal(decisions.hasSubscribers, false)
    stop = prometheusMetrics({ registry }).stop
    decisions.publish(toldDecision())
    assert.match(await registry.metrics(), /gatewarden_decisions_total\{.*\} 1/)
  })
  test('that was cleared, and has others of that name now, keeps them', () => {
    const { registry } = counted()
    const stopFirst = stop
    registry.clear()
    stop = prometheusMetrics({ registry }).stop
    stopFirst()
    assert.notEqual(registry.getSingleMetric('gatewarden_decisions_total'), undefined)
  })
  test('of OpenMetrics is as good', async () => {
    const registry = new Registry<OpenMetricsContentType>()
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
    stop = prometheusMetrics({ registry }).stop
    decisions.publish(toldDecision())
    await registry.metrics()
    assert.match(await registry.metrics(), /\ngatewarden_decisions_total\{.*\} 1\n/)
    stop()
    assert.equal(await registry.metrics(), '\n# EOF\n')
  })
})

test('options are checked', () => {
  const registry = new Registry()
  const refused = (options: object, ...words: string[]) =>
    assertRefusedOption(() => prometheusMetrics(untyped({ registry, ...options })), ...words)
  assertRefusedOption(() => prometheusMetrics(untyped({})), '"registry"', 'prom-client')
  refused({ registry: {} }, '"registry"')
  refused({ maxRule: 1 }, 'Did you mean "maxRules"?')
  refused({ maxRules: -1 }, '"maxRules"')
  refused({ methods: 'badge' }, '"methods"')
  refused({ revocations: {} }, '"revocations"')
  for (const durationBucketsSeconds of [[], [0], [1, 1], [2, 1], ['1'], [Number.NaN], [1, Infinity], 5]) {
    refused({ durationBucketsSeconds }, '"durationBucketsSeconds"')
  }
  assert.deepEqual(registry.getMetricsAsArray(), [])
})
