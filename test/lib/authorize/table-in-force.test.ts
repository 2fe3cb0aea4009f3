import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteTableDefinition } from '../../../lib/authorize/route-source.ts'
import { tableInForce } from '../../../lib/authorize/table-in-force.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const segmentsOf = (path: string) => path.split('/').filter((piece) => piece !== '')
const ids = (table: ReturnType<typeof tableInForce>) => table.now().rules.map(({ id }) => id)

/** A source that changes when a test says so. */
function source(first: RouteTableDefinition) {
  let prepare: (definition: RouteTableDefinition) => () => void = () => assert.fail('nobody follows')
  return {
    follow(follower: typeof prepare) {
      prepare = follower
      follower(first)()
    },
    change: (definition: RouteTableDefinition) => prepare(definition),
  }
}

test('a list of rules is in force as it is', () => {
  const table = tableInForce([{ path: '/a', public: true }], segmentsOf, {})
  assert.deepEqual(ids(table), ['* /a'])
  assert.equal(table.now(), table.now())
})

test('of a source, the table that was put in force last is', () => {
  const routes = source({ rules: [{ path: '/a', public: true }] })
  const table = tableInForce(routes, segmentsOf, {})
  const commit = routes.change({ rules: [{ path: '/b', roles: ['viewer'] }], roleHierarchy: { admin: ['viewer'] } })
  assert.deepEqual(ids(table), ['* /a'])
  commit()
  assert.deepEqual(ids(table), ['* /b'])
  assert.throws(() => routes.change({ rules: [] }), TypeError)
  assert.deepEqual(ids(table), ['* /b'])
})

test('a source that gives no table is noticed', () => {
  assert.throws(tableInForce({ follow: () => undefined }, segmentsOf, {}).now, TypeError)
})

test('refused: what is neither, and a hierarchy beside a source that has its own', () => {
  assertRefusedOption(() => tableInForce(untyped({}), segmentsOf, {}), 'routes')
  const routes = source({ rules: [{ path: '/a', public: true }] })
  assertRefusedOption(() => tableInForce(routes, segmentsOf, { roleHierarchy: { a: ['b'] } }), '"roleHierarchy"')
})
