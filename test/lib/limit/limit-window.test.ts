import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { checkedWindows } from '../../../lib/limit/limit-window.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

test('windows are in order, the shortest first, with a burst of the quota unless they say otherwise', () => {
  const windows = checkedWindows('"x"', [
    { quota: 1_000, windowSeconds: 3_600, burst: 50 },
    { quota: 100, windowSeconds: 60 },
  ])
  assert.deepEqual(windows, [
    { quota: 100, windowSeconds: 60, burst: 100 },
    { quota: 1_000, windowSeconds: 3_600, burst: 50 },
  ])
})

suite('refused', () => {
  const good = { quota: 10, windowSeconds: 60 }
  const refused: readonly (readonly [unknown, ...string[]])[] = [
    [undefined, '"x"', 'list of windows'],
    [[], '"x"', 'list of windows'],
    [good, '"x"', 'list of windows'],
    [['100/min'], 'object'],
    [[{ ...good, limit: 1 }], 'unknown option "limit"'],
    [[{ windowSeconds: 60 }], '"quota"'],
    [[{ quota: 10 }], '"windowSeconds"'],
    [[{ ...good, quota: 0 }], '"quota"'],
    [[{ ...good, quota: 1.5 }], '"quota"'],
    [[{ ...good, quota: '10' }], '"quota"'],
    [[{ ...good, quota: Number.POSITIVE_INFINITY }], '"quota"'],
    [[{ ...good, windowSeconds: 0.5 }], '"windowSeconds"'],
    [[{ ...good, burst: 0 }], '"burst"'],
    [[{ ...good, burst: Number.NaN }], '"burst"'],
    [[{ quota: 10_000_000, windowSeconds: 2_592_000 }], 'more than can be counted'],
    [[good, good], 'larger quota'],
    [[good, { quota: 10, windowSeconds: 3_600 }], 'larger quota'],
    [[good, { quota: 20, windowSeconds: 60 }], 'larger quota'],
  ]
  for (const [windows, ...words] of refused) {
    test(JSON.stringify(windows) ?? 'nothing', () => {
      assertRefusedOption(() => checkedWindows('"x"', windows), 'limits', ...words)
    })
  }
})
