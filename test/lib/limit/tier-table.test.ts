import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { tierTable } from '../../../lib/limit/tier-table.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const free = [{ quota: 10, windowSeconds: 60 }]
const gold = [{ quota: 1_000, windowSeconds: 60 }]
const quotaOf = (table: ReturnType<typeof tierTable>, name: string | undefined) => table.tierOf(name).windows[0]?.quota

test('finds a tier by its name, and the default for every other', () => {
  const table = tierTable({ default: free, gold })
  assert.equal(quotaOf(table, 'gold'), 1_000)
  for (const name of [undefined, '', 'default', 'Gold', 'none', 'constructor', '__proto__', 'toString']) {
    assert.equal(quotaOf(table, name), 10, String(name))
    assert.equal(table.tierOf(name).name, 'default')
  }
})

test('can be changed: from the next question on', () => {
  const table = tierTable({ default: free, gold })
  const before = table.tierOf('gold')
  assert.equal(table.tierOf('gold'), before, 'the same until it changes')
  table.set('gold', [{ quota: 5, windowSeconds: 60 }])
  table.set('silver', [{ quota: 100, windowSeconds: 60 }])
  assert.equal(quotaOf(table, 'gold'), 5)
  assert.equal(quotaOf(table, 'silver'), 100)
  assert.equal(before.windows[0]?.quota, 1_000)
  table.delete('gold')
  assert.equal(quotaOf(table, 'gold'), 10)
})

test('a change that is wrong changes nothing', () => {
  const table = tierTable({ default: free })
  assertRefusedOption(
    () => table.set('default', untyped([{ quota: 0, windowSeconds: 60 }])),
    'tier "default"',
    '"quota"',
  )
  assertRefusedOption(() => table.delete('default'), 'must stay')
  assert.equal(quotaOf(table, undefined), 10)
})

suite('refused', () => {
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [undefined, 'object'],
    [[], 'object'],
    [{}, '"default"'],
    [{ gold }, '"default"'],
    [{ default: free, gold: 10 }, 'tier "gold"'],
    [{ default: [] }, 'tier "default"'],
  ]
  for (const [tiers, ...words] of refused) {
    test(JSON.stringify(tiers) ?? 'nothing', () => {
      assertRefusedOption(() => tierTable(untyped(tiers)), ...words)
    })
  }
})
