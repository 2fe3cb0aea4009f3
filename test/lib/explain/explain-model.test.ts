import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anonymous } from '../../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../../lib/authenticate/any-of.ts'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import type { BoundaryOptions } from '../../../lib/boundary-options.ts'
import type { DecisionEvent, Stage } from '../../../lib/decision-event.ts'
import type { Explanation } from '../../../lib/explain/explanation.ts'
import { createPipeline, type Outcome } from '../../../lib/pipeline.ts'
import { decisionEvents } from '../../support/decision-events.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { HIERARCHY } from '../../support/naive-routes.ts'
import { randomPrincipal, randomRequest, randomRules } from '../../support/random-routes.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { reachableRules } from '../../support/reachable-rules.ts'
import { type SeededRandom, seededRandom } from '../../support/seeded-random.ts'
import { testClock } from '../../support/test-clock.ts'

/** Of what random rules ask for, everything can be had here. */
const OFFERED = {
  methods: ['jwt', 'api-key', 'mtls'],
  issuers: ['https://a.test', 'https://b.test'],
  canIntrospect: true,
}

function randomOptions(random: SeededRandom): BoundaryOptions {
  const known = { good: randomPrincipal(random), other: randomPrincipal(random) }
  const key = { ...headerAuthenticator('x-api-key', known, { later: random.chance(0.3) }), ...OFFERED }
  const limits: NonNullable<BoundaryOptions['limits']> = {
    rules: [
      { name: 'network', by: ['network', 'route'], windows: [{ quota: 3, windowSeconds: 60 }] },
      { name: 'user', by: 'user', windows: [{ quota: 2, windowSeconds: 60 }] },
    ],
  }
  const options = {
    authenticate: random.chance(0.3) ? anyOf(key, anonymous()) : key,
    ...(random.chance(0.5) && { limits }),
    ...(random.chance(0.2) && { hosts: ['x.test', 'y.test', 'z.y.test', 'another'] }),
    roleHierarchy: HIERARCHY,
    now: testClock().now,
  }
  const compile = (routes: readonly RouteRule[]) => createPipeline({ ...options, routes })
  return { ...options, ...(random.chance(0.9) && { routes: reachableRules(randomRules(random), compile) }) }
}

function randomRaw(random: SeededRandom) {
  const { method, host, path, address } = randomRequest(random)
  const credential = random.pick(['good', 'good', 'good', 'other', 'bad', ''])
  const odd = random.pick(['', '', '', '', '', '?x-api-key=good', '/../b', '%2f', '?q=1'])
  return rawRequest({
    method: random.chance(0.03) ? 'TRACE' : method,
    target: path + odd,
    headers: [
      ['Host', host],
      ['X-User-ID', 'admin'],
      ...(credential === '' ? [] : [['X-API-Key', credential] as const]),
    ],
    peerAddress: address === '' ? undefined : address,
  })
}

/** What both tell. */
interface Told {
  readonly outcome: string
  readonly stage: Stage | undefined
  readonly reason: string | undefined
  readonly status: number | undefined
  readonly rule: string | undefined
  readonly subject: string | undefined
  readonly ours: readonly string[]
}

const STAGE_NAMES = {
  admit: 'admit',
  limitByNetwork: 'limit',
  authenticate: 'authenticate',
  limitByPrincipal: 'limit',
  authorize: 'authorize',
  propagate: 'propagate',
} as const

function toldBy({ outcome, stages, answer }: Explanation): Told {
  const names = Object.keys(STAGE_NAMES) as (keyof typeof STAGE_NAMES)[]
  const refusing = names.filter((name) => stages[name].verdict === 'refused')
  assert.equal(refusing.length, outcome === 'denied' ? 1 : 0)
  const [refused] = refusing
  const last = refused ?? 'propagate'
  const ran = names.slice(0, names.indexOf(last) + 1)
  const expected = ['passed', 'left out', 'refused']
  assert.ok(ran.every((name) => expected.includes(stages[name].verdict)))
  assert.ok(names.slice(ran.length).every((name) => ['not reached', 'left out'].includes(stages[name].verdict)))
  return {
    outcome,
    stage: STAGE_NAMES[last],
    reason: refused && stages[refused].reason,
    status: answer?.status,
    rule: stages.match.rule?.id,
    subject: stages.authenticate.principal?.subject,
    ours: stages.propagate.headers.flatMap(({ name, value, from }) =>
      from === 'gateway' && name !== 'x-request-id' ? [`${name}: ${value}`] : [],
    ),
  }
}

function told(outcome: Outcome, event: DecisionEvent): Told {
  const ours = outcome.allowed ? outcome.forwarded.rawHeaders.slice(2) : []
  return {
    outcome: event.outcome,
    stage: event.stage,
    reason: event.reason,
    status: event.status,
    rule: event.rule,
    subject: event.principal?.subject,
    ours: ours.flatMap((name, index) =>
      index % 2 === 0 && name !== 'x-request-id' ? [`${name}: ${ours[index + 1]}`] : [],
    ),
  }
}

/** Of the requirements that were asked, all are met or one is not. */
function assertRequirements({ stages: { authorize } }: Explanation): void {
  const asked = authorize.requirements.filter(({ verdict }) => verdict !== 'not asked')
  const met = asked.filter(({ verdict }) => verdict === 'met')
  if (authorize.verdict === 'passed') assert.equal(met.length, authorize.requirements.length)
  if (authorize.verdict === 'refused' && authorize.requirements.length > 0) assert.equal(met.length, asked.length - 1)
}

suite('an explanation is what is decided then, for any table and any request', () => {
  const events = decisionEvents()
  for (const seed of [101, 102, 103, 104]) {
    test(`seed ${seed}`, async () => {
      const random = seededRandom(seed)
      const outcomes = new Set<string>()
      for (let tables = 0; tables < 60; tables++) {
        const pipeline = createPipeline(randomOptions(random))
        for (let requests = 0; requests < 15; requests++) {
          const raw = randomRaw(random)
          events.length = 0
          const explanation = await pipeline.explain(raw)
          assert.equal(events.length, 0, 'it is not published')
          const outcome = await pipeline.decide(raw, 'http')
          const [event] = events
          assert.ok(event)
          assert.deepEqual(toldBy(explanation), told(outcome, event))
          assertRequirements(explanation)
          outcomes.add(`${event.outcome} ${event.status ?? ''} ${event.stage}`)
        }
      }
      for (const kind of [
        'allowed  propagate',
        'denied 401 authenticate',
        'denied 403 authorize',
        'denied 429 limit',
      ]) {
        assert.ok(outcomes.has(kind), `${kind} is among ${[...outcomes]}`)
      }
    })
  }
})
