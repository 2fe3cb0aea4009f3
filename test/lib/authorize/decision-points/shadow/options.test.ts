import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ShadowOptions, shadowSettings } from '../../../../../lib/authorize/decision-points/shadow/options.ts'
import { ALLOW, type Policy } from '../../../../../lib/authorize/policy.ts'
import { assertRefusedOption, untyped } from '../../../../support/refused-option.ts'

const policy = (name: string): Policy => ({ name, decide: () => ALLOW })
const good = { enforced: policy('old'), shadow: policy('new') }

test('the name is that of the enforced policy', () => {
  assert.equal(shadowSettings(good).name, 'old')
  assert.equal(shadowSettings({ ...good, name: 'other' }).name, 'other')
})

test('what makes no sense is refused at boot', () => {
  const bad: readonly (readonly [unknown, string])[] = [
    [{ shadow: good.shadow }, 'enforced.decide'],
    [{ enforced: good.enforced }, 'shadow.decide'],
    [{ ...good, shadow: good.enforced }, 'shadow'],
    [{ ...good, deadlineMs: 0 }, 'deadlineMs'],
    [{ ...good, deadlineMs: 2 ** 40 }, 'deadlineMs'],
    [{ ...good, maxInFlight: 0 }, 'maxInFlight'],
    [{ ...good, schedule: 'soon' }, 'schedule'],
    [{ ...good, name: '' }, 'name'],
    [{ ...good, shadows: [] }, 'Did you mean "shadow"'],
  ]
  for (const [options, word] of bad) {
    assertRefusedOption(() => shadowSettings(untyped<ShadowOptions>(options)), 'shadowPolicy', word)
  }
})
