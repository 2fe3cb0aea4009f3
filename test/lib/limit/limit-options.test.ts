import { suite, test } from 'node:test'
import { checkedLimitOptions } from '../../../lib/limit/limit-options.ts'
import { tierTable } from '../../../lib/limit/tier-table.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const windows = [{ quota: 10, windowSeconds: 60 }]
const rules = [{ name: 'per-client', by: 'client', windows }]
const tiers = tierTable({ default: windows })

suite('refused', () => {
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [{}, '"rules"'],
    [{ rules: [] }, '"rules"'],
    [{ rules: {} }, '"rules"'],
    [{ rules, rule: 1 }, 'Did you mean "rules"?'],
    [{ rules: [...rules, ...rules] }, '"name"'],
    [{ rules: [{ name: 'x', by: 'network', tiers }] }, '"x"', '"tiers"'],
    [{ rules: [{ ...rules[0], routes: ['* /none'] }] }, '"per-client"', '"* /none"', 'GET /orders/**'],
    [{ rules, costs: 5 }, 'object'],
    [{ rules, costs: { '* /none': 1 } }, '"costs"', '"* /none"'],
    [{ rules, costs: { 'GET /orders/**': -1 } }, '"costs"'],
    [{ rules, costs: { 'GET /orders/**': 1.5 } }, '"costs"'],
    [{ rules, costs: { 'GET /orders/**': 11 } }, 'costs 11', '"per-client"', '10'],
    [{ rules, store: {} }, '"store"'],
    [{ rules, onStoreFailure: 'allow' }, '"onStoreFailure"', '"local"', '"refuse"'],
    [{ rules, deadlineMs: 0 }, '"deadlineMs"'],
    [{ rules, warn: 'x' }, '"warn"'],
    [{ rules, networkPrefixes: 64 }, 'object'],
    [{ rules, networkPrefixes: { ipv4: 0 } }, '"networkPrefixes.ipv4"'],
    [{ rules, networkPrefixes: { ipv4: 33 } }, '"networkPrefixes.ipv4"'],
    [{ rules, networkPrefixes: { ipv6: 129 } }, '"networkPrefixes.ipv6"'],
    [{ rules, networkPrefixes: { ipv6: 63.5 } }, '"networkPrefixes.ipv6"'],
    [{ rules, networkPrefixes: { v6: 64 } }, 'unknown option "v6"'],
    [null, 'object'],
  ]
  for (const [options, ...words] of refused) {
    test(JSON.stringify(options), () => {
      assertRefusedOption(() => checkedLimitOptions(untyped(options), [{ id: 'GET /orders/**' }]), 'limits', ...words)
    })
  }
  test('a route, where there is no table', () => {
    const options = untyped<Parameters<typeof checkedLimitOptions>[0]>({ rules, costs: { 'GET /orders/**': 1 } })
    assertRefusedOption(() => checkedLimitOptions(options, []), 'there is no route table')
  })
})

suite('a cost that a rule says itself', () => {
  const limits = (changes: object) => untyped<Parameters<typeof checkedLimitOptions>[0]>({ rules, ...changes })
  test('must be one that a fixed window can ever have room for', () => {
    assertRefusedOption(() => checkedLimitOptions(limits({}), [{ id: '* /a', cost: 1_000 }]), '"* /a" costs 1000')
    checkedLimitOptions(limits({}), [
      { id: '* /a', cost: 1 },
      { id: '* /b', cost: 0 },
    ])
  })
  test('is not said in "costs" again', () => {
    const routes = [{ id: '* /a', cost: 1 }]
    assertRefusedOption(
      () => checkedLimitOptions(limits({ costs: { '* /a': 1 } }), routes),
      '"costs"',
      'decide for one',
    )
  })
})

test('a cost may be above the burst of a limit that is about other routes, and of a tier, which may change', () => {
  const options = {
    rules: [
      { name: 'others', by: 'client', windows, routes: ['* /a'] },
      { name: 'tiered', by: 'client', tiers },
    ],
    costs: { '* /b': 100 },
  } as const
  checkedLimitOptions(options, [{ id: '* /a' }, { id: '* /b' }])
})
