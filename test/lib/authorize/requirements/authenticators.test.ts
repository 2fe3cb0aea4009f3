import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticatorFact } from '../../../../lib/authorize/requirements/authenticators.ts'
import { principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const holds = (wanted: unknown, fields: Parameters<typeof principal>[0]) =>
  authenticatorFact(wanted).holds(principal(fields), requestView())

test('is so of whom the list names, exactly', () => {
  assert.equal(holds(['api-key'], { method: 'api-key' }), true)
  assert.equal(holds(['jwt', 'api-key'], { method: 'api-key' }), true)
  assert.equal(holds(['api-key'], { method: 'jwt' }), false)
  assert.equal(holds(['api-key'], { method: 'api-key'.toUpperCase() }), false)
  for (const name of ['constructor', '__proto__']) assert.equal(holds(['api-key'], { method: name }), false)
})

test('an empty list is refused', () => {
  for (const wanted of [[], undefined, {}, [''], [1], 'api-key'])
    assertRefusedOption(() => authenticatorFact(wanted), '"authenticators"')
})
