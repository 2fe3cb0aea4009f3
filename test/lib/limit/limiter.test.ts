import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../../lib/errors.ts'
import { createLimiter, NOTHING_COUNTED } from '../../../lib/limit/limiter.ts'
import { tierTable } from '../../../lib/limit/tier-table.ts'
import type { RateLimitStore, RateLimitTake } from '../../../lib/store/rate-limit-store.ts'
import { limiterOf, passes, THREE } from '../../support/limiter.ts'
import { atOnce, principal } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'

const windows = THREE
const alice = principal({ clientId: 'web', tenantId: 't1', credentialId: 'k1' })

suite('what is counted together', () => {
  test('the keys of one client', () => {
    const { by } = limiterOf({})
    let key = 0
    assert.equal(
      passes(() => by(principal({ clientId: 'web', credentialId: `k${++key}` }))),
      3,
    )
    assert.equal(
      passes(() => by(principal({ clientId: 'phone' }))),
      3,
    )
  })

  test('the tenants are each counted alone, and the credentials of one beside it', () => {
    const rules = [
      { name: 'tenant', by: 'tenant', windows: [{ quota: 5, windowSeconds: 60 }] },
      { name: 'key', by: 'credential', windows },
    ] as const
    const { by } = limiterOf({ rules })
    const of = (tenantId: string, credentialId: string) => () => by(principal({ tenantId, credentialId }))
    assert.equal(passes(of('t1', 'k1')), 3)
    assert.equal(passes(of('t1', 'k2')), 2)
    assert.equal(passes(of('t2', 'k3')), 3)
  })

  test('all the callers of a route', () => {
    const { by } = limiterOf({ rules: [{ name: 'reports', by: 'route', windows, routes: ['GET /reports/**'] }] })
    let sender = 0
    assert.equal(
      passes(() => by(principal({ subject: `user-${++sender}` }), 'GET /reports/**')),
      3,
    )
    assert.equal(
      passes(() => by(alice, 'GET /orders/**')),
      1_000,
      'it is about no other route',
    )
  })

  test('of the anonymous, those of a network', () => {
    const { by } = limiterOf({})
    const anonymous = principal({ kind: 'anonymous', subject: 'anonymous' })
    assert.equal(
      passes(() => by(anonymous, '', '192.0.2.1')),
      3,
    )
    assert.equal(
      passes(() => by(anonymous, '', '192.0.2.2')),
      3,
    )
  })
})

suite('networks', () => {
  const rules = [{ name: 'network', by: 'network', windows }] as const
  test('are counted before anybody is known, and not again after', () => {
    const { from, by } = limiterOf({ rules })
    assert.equal(
      passes(() => from('192.0.2.1')),
      3,
    )
    assert.equal(
      passes(() => by(alice, '', '192.0.2.1')),
      1_000,
    )
  })

  test('of IPv6 are /64, of mapped IPv4 the address; or what the options say', () => {
    const { from } = limiterOf({ rules })
    let host = 0
    assert.equal(
      passes(() => from(`2001:db8:0:1::${++host}`)),
      3,
    )
    assert.equal(
      passes(() => from('2001:db8:0:2::1')),
      3,
    )
    assert.equal(
      passes(() => from('::ffff:c000:201')),
      3,
    )
    assert.equal(
      passes(() => from('::ffff:c000:202')),
      3,
      'not one bucket for all of IPv4',
    )
    assert.equal(
      passes(() => from('192.0.2.1')),
      0,
      'the same address, in another spelling',
    )
    const wide = limiterOf({ rules, networkPrefixes: { ipv4: 24, ipv6: 48 } })
    assert.equal(
      passes(() => wide.from(`198.51.100.${++host}`)),
      3,
    )
    assert.equal(
      passes(() => wide.from(`2001:db8:0:${++host}::1`)),
      3,
    )
  })

  test('may be counted for each route', () => {
    const { from } = limiterOf({ rules: [{ name: 'network', by: ['network', 'route'], windows }] })
    assert.equal(
      passes(() => from('192.0.2.1', 'GET /orders/**')),
      3,
    )
    assert.equal(
      passes(() => from('192.0.2.1', 'GET /health')),
      3,
    )
  })
})

suite('windows and costs', () => {
  test('each window must have room, and one that has none takes nothing of the others', () => {
    const both = [
      { quota: 2, windowSeconds: 10 },
      { quota: 5, windowSeconds: 3_600 },
    ]
    const { by, clock } = limiterOf({ rules: [{ name: 'client', by: 'client', windows: both }] })
    const told: number[] = []
    for (let round = 0; round < 4; round++) {
      told.push(passes(() => by(alice)))
      clock.advance(10)
    }
    assert.deepEqual(told, [2, 2, 1, 0])
  })

  test('a route costs what it costs; nothing is not counted at all', () => {
    const costs = { 'GET /reports/**': 3, 'GET /health': 0 }
    const { by } = limiterOf({ costs })
    assert.equal(
      passes(() => by(alice, 'GET /health')),
      1_000,
    )
    assert.equal(
      passes(() => by(alice, 'GET /reports/**')),
      1,
    )
    assert.equal(
      passes(() => by(alice, 'GET /orders/**')),
      0,
    )
  })

  test('a route that says its cost itself costs that', () => {
    const limiter = createLimiter({ rules: [{ name: 'client', by: 'client', windows }] }, [{ id: 'a', cost: 2 }])
    const by = (cost: number) => atOnce(limiter.countPrincipal(alice, requestView(), { id: 'a', cost }))
    assert.equal(by(0), NOTHING_COUNTED)
    assert.ok(!(by(2) instanceof AuthError))
    assert.ok(by(2) instanceof AuthError)
    assert.ok(!(by(1) instanceof AuthError))
  })

  test('what costs more than a tier ever has takes all of it', () => {
    const tiers = tierTable({ default: windows })
    const { by } = limiterOf({ rules: [{ name: 'client', by: 'client', tiers }], costs: { 'GET /reports/**': 50 } })
    assert.equal(
      passes(() => by(alice, 'GET /reports/**')),
      1,
    )
  })
})

suite('tiers', () => {
  test('are those of the principal, change at once, and keep what was used', () => {
    const tiers = tierTable({ default: windows, gold: [{ quota: 10, windowSeconds: 60 }] })
    const { by } = limiterOf({ rules: [{ name: 'client', by: 'client', tiers }] })
    const gold = principal({ clientId: 'rich', tier: 'gold' })
    assert.equal(
      passes(() => by(gold)),
      10,
    )
    assert.equal(
      passes(() => by(principal({ clientId: 'poor', tier: 'constructor' }))),
      3,
    )
    tiers.set('gold', [{ quota: 15, windowSeconds: 60 }])
    assert.equal(
      passes(() => by(gold)),
      5,
    )
  })

  test('of one client are counted apart: the narrow one gives nothing of the wide one back', () => {
    const tiers = tierTable({ default: windows, gold: [{ quota: 10, windowSeconds: 60 }] })
    const { by, clock } = limiterOf({ rules: [{ name: 'client', by: 'client', tiers }] })
    const [free, gold] = [principal({ clientId: 'c' }), principal({ clientId: 'c', tier: 'gold' })]
    assert.equal(
      passes(() => by(gold)),
      10,
    )
    assert.equal(
      passes(() => by(free)),
      3,
    )
    clock.advance(6)
    assert.equal(
      passes(() => by(gold)),
      1,
    )
  })
})

suite('the store', () => {
  test('is asked once for all rules and windows, and by different keys', async () => {
    const asked: (readonly RateLimitTake[])[] = []
    const store: RateLimitStore = {
      async take(takes) {
        asked.push(takes)
        return takes.map(() => ({ remaining: 1, resetSeconds: 1, waitSeconds: 0 }))
      },
    }
    const two = [...windows, { quota: 30, windowSeconds: 3_600 }]
    const rules = (['user', 'client', 'tenant', 'tier', 'credential', 'route'] as const).map((by) => {
      return { name: by, by, windows: two }
    })
    const verdict = await createLimiter({ rules, store }).countPrincipal(alice, requestView(), { id: '' })
    assert.ok(!(verdict instanceof AuthError))
    assert.equal(asked.length, 1)
    assert.equal(new Set(asked[0]?.map(({ key }) => key)).size, 12)
  })

  test('is not asked when no rule applies', () => {
    const store: RateLimitStore = { take: () => assert.fail('asked') }
    const limiter = createLimiter({ rules: [{ name: 'client', by: 'client', windows }], store })
    assert.deepEqual(limiter.countNetwork(requestView(), { id: '' }), [])
  })

  test('in memory it answers at once, to any number of callers exactly', () => {
    const { by } = limiterOf({
      rules: [{ name: 'client', by: 'client', windows: [{ quota: 137, windowSeconds: 60 }] }],
    })
    const verdicts = Array.from({ length: 1_000 }, () => by(alice))
    assert.equal(verdicts.filter((verdict) => !(verdict instanceof AuthError)).length, 137)
  })
})
