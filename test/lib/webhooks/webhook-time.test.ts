import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epochSeconds } from '../../../lib/webhooks/webhook-time.ts'

test('whole seconds in one spelling', () => {
  assert.equal(epochSeconds('1614265330'), 1_614_265_330)
  for (const text of [undefined, '', '0', '01', '-1', '+1', '1.0', '1e9', ' 1', '1\n', 'NaN', '0x1', '1'.repeat(13)]) {
    assert.equal(epochSeconds(text), undefined, text)
  }
})
