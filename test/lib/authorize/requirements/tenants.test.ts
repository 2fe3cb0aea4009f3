import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { tenantFact } from '../../../../lib/authorize/requirements/tenants.ts'
import { pathCanonicalizer } from '../../../../lib/request/canonical-path.ts'
import { principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const canonicalize = pathCanonicalizer({ allowSemicolon: true })
const parameters = new Map([['tenant', 1]])

function holds(tenants: readonly string[], path: string, tenantId?: string) {
  const canonical = canonicalize(path)
  assert.ok(canonical)
  return tenantFact(tenants, parameters).holds(principal({ tenantId }), requestView({}, canonical))
}

suite('the tenant of the path', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['/tenants/acme', 'acme', true],
    ['/tenants/acme/', 'acme', true],
    ['/tenants/acme/orders/7', 'acme', true],
    ['/tenants/%61cme', 'acme', true],
    ['/tenants/a%20b', 'a b', true],
    ['/tenants/globex', 'acme', false],
    ['/tenants/acme2', 'acme', false],
    ['/acme/acm', 'acme', false],
    ['/tenants/acme;x=1', 'acme', false],
    ['/Tenants/ACME', 'ACME', true],
    ['/tenants/ACME', 'acme', false],
    ['/tenants/acme', 'ACME', false],
  ]
  for (const [path, tenantId, expected] of cases) {
    test(`${path} for ${tenantId}: ${expected}`, () => assert.equal(holds([':tenant'], path, tenantId), expected))
  }
  test('of a principal without one, nobody can tell', () =>
    assert.equal(holds([':tenant'], '/tenants/acme'), undefined))
})

test('tenants by name, and beside a parameter', () => {
  assert.equal(holds(['acme'], '/tenants/globex', 'acme'), true)
  assert.equal(holds(['acme', ':tenant'], '/tenants/globex', 'globex'), true)
  assert.equal(holds(['acme', ':tenant'], '/tenants/globex', 'initech'), false)
})

test('refused: an empty list, a segment that is not there, and one where none can be', () => {
  assertRefusedOption(() => tenantFact([], parameters), '"tenants"')
  assertRefusedOption(() => tenantFact([':org'], parameters), '":org"', 'no such segment')
  assertRefusedOption(() => tenantFact([':tenant'], undefined), '"not"')
})
