import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ALLOW, type Policy } from '../../../lib/authorize/policy.ts'
import { type PolicyRoute, policyRoute, segmentAt } from '../../../lib/authorize/policy-route.ts'
import { type Requirements, requirementPolicy } from '../../../lib/authorize/requirements.ts'
import type { RouteRule } from '../../../lib/authorize/route-rule.ts'
import { createRouteTable } from '../../../lib/authorize/route-table.ts'
import { principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { requestView } from '../../support/request-view.ts'

const segmentsOf = (path: string) => path.split('/').filter((piece) => piece !== '')
const table = (rules: readonly RouteRule[]) => createRouteTable(rules, segmentsOf)

/** A policy that notes by which rule it is asked. */
function noting(): { readonly policy: Policy; readonly asked: string[] } {
  const asked: string[] = []
  const at = (rule: string): Policy => ({
    name: 'noting',
    decide: () => {
      asked.push(rule)
      return ALLOW
    },
  })
  return { policy: { ...at('none'), forRoute: ({ rule }) => at(rule) }, asked }
}

test('parameters are decoded, in the case in which they were sent', () => {
  const route = policyRoute('* /t/:tenant/:id', '/t/:tenant/:id', new Map(Object.entries({ tenant: 1, id: 2 })))
  assert.deepEqual({ ...route.parametersOf({ path: '/t/ACME/a%20b' }) }, { tenant: 'ACME', id: 'a b' })
})

test('a parameter may be called as a member of every object is', () => {
  const route = policyRoute('* /:__proto__/:toString', '/:__proto__/:toString', new Map([['__proto__', 0]]))
  const parameters = route.parametersOf({ path: '/x' })
  assert.equal(Object.getPrototypeOf(parameters), null)
  assert.equal(JSON.stringify(parameters), '{"__proto__":"x"}')
})

test('a segment that a path does not have is none', () => {
  assert.equal(segmentAt('/orders', 0), 'orders')
  assert.equal(segmentAt('/orders', 1), undefined)
})

suite('a policy hears of the route that it is asked for', () => {
  async function askedBy(requirements: (policy: Policy) => Requirements): Promise<readonly string[]> {
    const { policy, asked } = noting()
    const { match } = table([{ path: '/orders/:id', methods: ['GET'], ...requirements(policy) }])
    const request = requestView()
    assert.equal((await match(request)?.decide(principal({}), request))?.allow, true)
    return asked
  }
  const ways: Readonly<Record<string, (policy: Policy) => Requirements>> = {
    'of a rule': (policy) => ({ policy }),
    'of allOf': (policy) => ({ allOf: [{ policy }] }),
    'of anyOf': (policy) => ({ anyOf: [{ policy }] }),
    'within another policy': (policy) => ({ policy: requirementPolicy({ policy }) }),
  }
  for (const [way, requirements] of Object.entries(ways)) {
    test(way, async () => assert.deepEqual(await askedBy(requirements), ['GET /orders/:id']))
  }
  test('and of none when there is none', async () => {
    const { policy, asked } = noting()
    await requirementPolicy({ policy }).decide(principal({}), requestView())
    assert.deepEqual(asked, ['none'])
  })
})

test('each rule has its own', async () => {
  const routes: PolicyRoute[] = []
  const policy: Policy = {
    ...{ name: 'own', decide: () => ALLOW },
    forRoute: (route) => {
      routes.push(route)
      return { name: 'own', decide: () => ALLOW }
    },
  }
  table([
    { path: '/a/:id', policy },
    { path: '/b', policy },
  ])
  assert.deepEqual(
    routes.map(({ path }) => path),
    ['/a/:id', '/b'],
  )
})

test('what is no policy for a route is refused at boot', () => {
  const policy = untyped<Policy>({ name: 'bad', decide: () => ALLOW, forRoute: () => ({ name: 'bad' }) })
  assertRefusedOption(() => table([{ path: '/a', policy }]), 'policy.forRoute().decide')
})
