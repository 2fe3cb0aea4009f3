import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientFact } from '../../../../lib/authorize/requirements/clients.ts'
import { tenantFact } from '../../../../lib/authorize/requirements/tenants.ts'
import { assertTexts } from '../../../../lib/authorize/requirements/texts.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

test('what a principal can have may be asked for', () => {
  assert.doesNotThrow(() => assertTexts('clients', ['web', 'Order desk, main', ':id']))
})

test('what nobody can have is refused: under "not" it would keep out nobody', () => {
  for (const text of ['web ', ' web', 'a\nb', 'b\u00fccher', 'x'.repeat(513)]) {
    assertRefusedOption(() => assertTexts('clients', ['web', text]), '"clients"', 'nobody can have')
    assertRefusedOption(() => clientFact([text]), '"clients"')
    assertRefusedOption(() => tenantFact([text], undefined), '"tenants"')
  }
})
