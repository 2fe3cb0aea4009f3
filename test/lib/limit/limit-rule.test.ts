import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../lib/errors.ts'
import { compileLimit, isByNetwork, type LimitRule } from '../../../lib/limit/limit-rule.ts'
import { type Tier, tierTable } from '../../../lib/limit/tier-table.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const windows = [{ quota: 100, windowSeconds: 60 }]
const hour = { quota: 1_000, windowSeconds: 3_600 }
const rule: LimitRule = { name: 'per-client', by: 'client', windows }

test('a window goes by the name of its rule; of several each has its length besides', () => {
  const labelsOf = (list: LimitRule['windows']) =>
    compileLimit({ ...rule, windows: list ?? [] })
      .windowsOf(undefined)
      .map(({ policy }) => policy)
  assert.deepEqual(labelsOf(windows), ['"per-client";q=100;w=60'])
  assert.deepEqual(labelsOf([...windows, hour]), ['"per-client-60s";q=100;w=60', '"per-client-3600s";q=1000;w=3600'])
})

test('tiers are compiled once, counted apart, and asked for each time', () => {
  const tiers = tierTable({ default: windows, gold: [hour] })
  const limit = compileLimit({ name: 'per-client', by: 'client', tiers })
  const gold = limit.windowsOf('gold')
  assert.equal(limit.windowsOf('gold'), gold)
  assert.deepEqual([gold[0]?.quota, limit.windowsOf('none')[0]?.quota], [1_000, 100])
  assert.notEqual(gold[0]?.keyPrefix, limit.windowsOf(undefined)[0]?.keyPrefix)
  tiers.set('gold', [{ quota: 7, windowSeconds: 3_600 }])
  assert.equal(limit.windowsOf('gold')[0]?.quota, 7)
  assert.equal(limit.windowsOf('gold')[0]?.keyPrefix, gold[0]?.keyPrefix, 'what was used stays used')
})

test('by network, or network and route, it can be counted before anybody is known', () => {
  const cases: readonly (readonly [LimitRule['by'], boolean])[] = [
    ['network', true],
    [['network', 'route'], true],
    [['route', 'network'], true],
    ['route', false],
    ['client', false],
    [['network', 'client'], false],
  ]
  for (const [by, expected] of cases) assert.equal(isByNetwork(compileLimit({ ...rule, by })), expected, String(by))
})

test('a tier that is no list of windows throws when it is asked for', () => {
  const limit = compileLimit({ name: 'x', by: 'client', tiers: { tierOf: () => untyped({ name: 'x', windows: 5 }) } })
  assertRefusedOption(() => limit.windowsOf('x'), 'limits', 'tier "x"')
})

test("a table of tiers that answers later is no table, and what becomes of its answer is nobody's", async () => {
  const failing = { tierOf: () => untyped<Tier>(Promise.reject(new Error('down'))) }
  const limit = compileLimit({ name: 'x', by: 'client', tiers: failing })
  assert.throws(() => limit.windowsOf('x'), DependencyError)
  await new Promise((resolve) => setImmediate(resolve))
})

suite('refused', () => {
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{ ...rule, limit: 1 }, 'unknown option "limit"'],
    [{ ...rule, name: '' }, '"name"'],
    [{ ...rule, name: 'a b' }, '"name"'],
    [{ ...rule, name: 'a";q=1' }, '"name"'],
    [{ ...rule, name: 'x'.repeat(65) }, '"name"'],
    [{ ...rule, by: undefined }, '"by"'],
    [{ ...rule, by: [] }, '"by"'],
    [{ ...rule, by: 'ip' }, '"by"', '"ip"', 'network'],
    [{ ...rule, by: ['client', 'client'] }, '"by"'],
    [{ name: 'x', by: 'client' }, '"windows" or "tiers"'],
    [{ ...rule, tiers: tierTable({ default: windows }) }, '"windows" or "tiers"'],
    [{ name: 'x', by: 'client', tiers: { default: windows } }, '"tiers"', 'tierTable'],
    [{ ...rule, windows: [] }, '"per-client"'],
    [{ ...rule, routes: [] }, '"routes"'],
    [{ ...rule, tell: 'yes' }, '"tell"'],
    ['per-client', 'object'],
  ]
  for (const [bad, ...words] of refused) {
    test(JSON.stringify(bad), () => assertRefusedOption(() => compileLimit(untyped(bad)), 'limits', ...words))
  }
})
