import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientFact } from '../../../../lib/authorize/requirements/clients.ts'
import { principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const holds = (wanted: unknown, fields: Parameters<typeof principal>[0]) =>
  clientFact(wanted).holds(principal(fields), requestView())

test('is so of whom the list names, exactly', () => {
  assert.equal(holds(['app'], { clientId: 'app' }), true)
  assert.equal(holds(['other', 'app'], { clientId: 'app' }), true)
  assert.equal(holds(['app'], { clientId: 'other' }), false)
  assert.equal(holds(['app'], { clientId: 'app'.toUpperCase() }), false)
  for (const name of ['constructor', '__proto__']) assert.equal(holds(['app'], { clientId: name }), false)
})

test('of a principal without one, nobody can tell', () => assert.equal(holds(['app'], {}), undefined))

test('an empty list is refused', () => {
  for (const wanted of [[], undefined, {}, [''], [1], 'app']) assertRefusedOption(() => clientFact(wanted), '"clients"')
})
