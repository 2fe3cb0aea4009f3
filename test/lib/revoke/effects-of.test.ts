import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { effectsOf } from '../../../lib/revoke/effects-of.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

test('what touches the world can be replaced, by functions only', () => {
  const now = () => 7
  assert.equal(effectsOf('factory', { now }).now, now)
  for (const name of ['fetch', 'now', 'warn']) {
    assertRefusedOption(() => effectsOf('factory', untyped({ [name]: 'x' })), 'factory', `"${name}"`)
  }
})

test('without a listener, a warning is one of the process', async () => {
  const warned = once(process, 'warning')
  effectsOf('factory', {}).warn('mind the gap')
  const [warning] = await warned
  assert.deepEqual([warning.name, warning.message], ['GatewardenWarning', 'mind the gap'])
})
