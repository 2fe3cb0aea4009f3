import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shadowDecisions } from '../../../../../lib/authorize/decision-points/shadow/shadow-event.ts'

test('the channel has a name of its own', () => {
  assert.equal(shadowDecisions.name, 'gatewarden:shadow-decision')
})
