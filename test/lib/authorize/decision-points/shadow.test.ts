import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type ShadowEvent, shadowDecisions } from '../../../../lib/authorize/decision-points/shadow/shadow-event.ts'
import { shadowPolicy } from '../../../../lib/authorize/decision-points/shadow.ts'
import { ALLOW, type Decision, deny, type Policy } from '../../../../lib/authorize/policy.ts'
import { policyRoute } from '../../../../lib/authorize/policy-route.ts'
import type { Awaitable } from '../../../../lib/effects.ts'
import { AuthError, DependencyError } from '../../../../lib/errors.ts'
import { eventually } from '../../../support/eventually.ts'
import { manualSchedule } from '../../../support/manual-schedule.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { publishedOn } from '../../../support/published-events.ts'
import { untyped } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const alice = principal({ email: 'alice@example.test', claims: { ssn: '1' }, credentialId: 'key-1', tenantId: 'acme' })
const request = requestView({ authorization: 'Bearer sesame' })
const policy = (name: string, decide: () => Awaitable<Decision>): Policy => ({ name, decide })
const allows = policy('old', () => ALLOW)
const denies = policy('new', () => deny('not hers'))
const throwing = (thrown: unknown) => (): never => {
  throw thrown
}

suite('the enforced policy decides, and nothing else', () => {
  const shadows: Readonly<Record<string, Policy>> = {
    denies,
    'throws at once': policy('new', throwing(new Error('sesame'))),
    'throws undefined': policy('new', throwing(undefined)),
    rejects: policy('new', () => Promise.reject(new Error('sesame'))),
    'never settles': policy('new', () => new Promise(() => undefined)),
    'answers with nothing': policy('new', () => untyped(undefined)),
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library, gone wrong
    'is a then that throws': policy('new', () => untyped({ then: throwing(new Error('sesame')) })),
  }
  for (const [name, shadow] of Object.entries(shadows)) {
    test(`whatever the shadow does: it ${name}`, async () => {
      assert.equal(atOnce(shadowPolicy({ enforced: allows, shadow }).decide(alice, request)), ALLOW)
      const later = shadowPolicy({ enforced: policy('old', async () => ALLOW), shadow })
      assert.equal(await later.decide(alice, request), ALLOW)
    })
  }

  test('its answer is the very same, later too', async () => {
    const denial = deny('because')
    const answer = Promise.resolve(denial)
    const shadow = policy('new', () => ALLOW)
    assert.equal(shadowPolicy({ enforced: policy('old', () => answer), shadow }).decide(alice, request), answer)
    assert.equal(shadowPolicy({ enforced: policy('old', () => denial), shadow }).decide(alice, request), denial)
  })

  test('what it throws is thrown', async () => {
    const down = new DependencyError('old', 'is down')
    const now = shadowPolicy({ enforced: policy('old', throwing(down)), shadow: allows })
    assert.throws(() => now.decide(alice, request), down)
    const later = shadowPolicy({ enforced: policy('old', () => Promise.reject(down)), shadow: allows })
    await assert.rejects(Promise.resolve(later.decide(alice, request)), down)
  })

  test('a lazy answer is asked for once', async () => {
    let asked = 0
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: query builders are like this
      then(resolve: (decision: Decision) => void) {
        asked++
        resolve(ALLOW)
      },
    }
    const policyOfLazy = shadowPolicy({ enforced: policy('old', () => untyped(lazy)), shadow: denies })
    assert.equal(await policyOfLazy.decide(alice, request), ALLOW)
    await eventually(() => assert.equal(policyOfLazy.counts().differed, 1))
    assert.equal(asked, 1)
  })
})

test('the shadow is asked when the decision is made, and the request has gone on', async () => {
  const { schedule, run, delays } = manualSchedule()
  const order: string[] = []
  const noting = (name: string) =>
    policy(name, () => {
      order.push(name)
      return ALLOW
    })
  const both = shadowPolicy({ enforced: noting('old'), shadow: noting('new'), schedule })
  both.decide(alice, request)
  order.push('the request goes on')
  assert.deepEqual(delays(), [0])
  run()
  assert.deepEqual(order, ['old', 'the request goes on', 'new'])
})

suite('what is told', () => {
  const events = publishedOn<ShadowEvent>(shadowDecisions)
  async function told(enforced: Policy, shadow: Policy): Promise<ShadowEvent> {
    events.length = 0
    await Promise.resolve(shadowPolicy({ enforced, shadow }).decide(alice, request)).catch(() => undefined)
    await eventually(() => assert.equal(events.length, 1))
    return events[0] ?? assert.fail()
  }

  test('is both outcomes, who asked, and by which rule; no credential, no claim', async () => {
    events.length = 0
    const both = shadowPolicy({ enforced: allows, shadow: denies, name: 'orders' })
    assert.equal(both.name, 'orders')
    const route = policyRoute('GET /orders/:id', '/orders/:id', new Map([['id', 1]]))
    await both.forRoute?.(route).decide(alice, request)
    await eventually(() => assert.equal(events.length, 1))
    assert.deepEqual(events[0], {
      result: 'differed',
      enforced: { policy: 'old', outcome: 'allowed', status: undefined, code: undefined, reason: undefined },
      shadow: { policy: 'new', outcome: 'denied', status: 403, code: 'access_denied', reason: 'not hers' },
      ...{ rule: 'GET /orders/:id', requestId: 'request-1', method: 'GET' },
      principal: { kind: 'user', subject: 'alice', method: 'jwt', tenantId: 'acme', credentialId: 'key-1' },
      counts: { agreed: 0, differed: 1, failed: 0, skipped: 0 },
    })
  })

  test('is that the shadow fails, and nothing of what it threw', async () => {
    const event = await told(allows, policy('new', throwing(new Error('Bearer sesame'))))
    assert.equal(event.result, 'failed')
    assert.deepEqual(event.shadow, {
      ...{ policy: 'new', outcome: 'failed', status: 503, code: 'temporarily_unavailable' },
      reason: 'unexpected failure',
    })
    assert.ok(!JSON.stringify(event).includes('sesame'))
  })

  test('is a difference when the enforced policy fails, and the shadow does not', async () => {
    const event = await told(
      policy('old', () => Promise.reject(new Error('down'))),
      denies,
    )
    assert.deepEqual([event.result, event.enforced.outcome], ['differed', 'failed'])
  })

  test('is a difference when callers would be told something else', async () => {
    const error = new AuthError('insufficient_scope', { reason: 'scope' })
    const event = await told(
      policy('old', () => deny('a')),
      policy('new', () => ({ allow: false, error })),
    )
    assert.deepEqual(
      [event.result, event.enforced.code, event.shadow.code],
      [...['differed', 'access_denied', 'insufficient_scope']],
    )
  })

  test('is nothing when both agree, whatever their reasons; it is counted', async () => {
    events.length = 0
    const both = shadowPolicy({ enforced: policy('old', () => deny('a')), shadow: policy('new', () => deny('b')) })
    await both.decide(alice, request)
    await eventually(() => assert.equal(both.counts().agreed, 1))
    assert.deepEqual(events, [])
  })
})

test('the shadow hears of the route too', async () => {
  const routes: string[] = []
  const bound = (name: string): Policy => ({
    ...policy(name, () => ALLOW),
    forRoute: ({ rule }) =>
      policy(name, () => {
        routes.push(`${name} ${rule}`)
        return ALLOW
      }),
  })
  const both = shadowPolicy({ enforced: bound('old'), shadow: bound('new') })
  await both.forRoute?.(policyRoute('* /a', '/a', new Map())).decide(alice, request)
  await eventually(() => assert.deepEqual(routes, ['old * /a', 'new * /a']))
})

test('a shadow that never settles is asked by no more than are allowed; the others are counted', async () => {
  const { schedule, run, delays } = manualSchedule()
  let asked = 0
  const shadow = policy('new', () => {
    asked++
    return new Promise(() => undefined)
  })
  const both = shadowPolicy({ enforced: allows, shadow, schedule, maxInFlight: 2, deadlineMs: 700 })
  for (let count = 0; count < 5; count++) assert.equal(both.decide(alice, request), ALLOW)
  run()
  assert.equal(asked, 2)
  assert.deepEqual(delays(), [700, 700])
  assert.deepEqual(both.counts(), { agreed: 0, differed: 0, failed: 0, skipped: 3 })
  run()
  await eventually(() => assert.equal(both.counts().failed, 2))
  both.decide(alice, request)
  run()
  assert.equal(asked, 3)
})

test('an answer in time leaves no timer behind', async () => {
  const { schedule, run, delays } = manualSchedule()
  const both = shadowPolicy({ enforced: allows, shadow: policy('new', async () => ALLOW), schedule })
  both.decide(alice, request)
  run()
  await eventually(() => assert.deepEqual([both.counts().agreed, delays()], [1, []]))
})

test('a rehearsal, for an explanation, asks the enforced policy only, and tells nobody', async () => {
  let asked = 0
  const shadow = policy('new', () => {
    asked++
    return deny('not hers')
  })
  const subject = shadowPolicy({ enforced: allows, shadow })
  const route = subject.forRoute?.(policyRoute('* /a', '/a', new Map()))
  for (const each of [subject, route]) assert.equal(await each?.rehearse?.(alice, request), ALLOW)
  assert.deepEqual([asked, subject.counts()], [0, shadowPolicy({ enforced: allows, shadow }).counts()])
})
