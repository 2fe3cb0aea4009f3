import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ALLOW, type Policy } from '../../../lib/authorize/policy.ts'
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

suite('the headers that policies may set', () => {
  const setting = (...setsHeaders: readonly string[]): Policy => ({ name: 'p', setsHeaders, decide: () => ALLOW })
  const rules = (...names: readonly string[]) => [{ path: '/a', policy: setting(...names) }]

  test('are those of all rules of a list', () => {
    const list = [...rules('X-A'), { path: '/b', anyOf: [{ policy: setting('X-B') }, { roles: ['r'] }] }]
    assert.deepEqual(tableInForce(list, segmentsOf, {}).setsHeaders, ['x-a', 'x-b'])
  })

  test('of a source are those that it names, or those of its first table; later ones set no more', () => {
    const silent = source({ rules: rules('X-A') })
    assert.deepEqual(tableInForce(silent, segmentsOf, {}).setsHeaders, ['x-a'])
    const telling = { ...source({ rules: rules() }), setsHeaders: ['X-A'] }
    assert.deepEqual(tableInForce(telling, segmentsOf, {}).setsHeaders, ['x-a'])
    for (const routes of [silent, telling]) {
      routes.change({ rules: rules('x-a') })()
      assertRefusedOption(() => routes.change({ rules: rules('X-A', 'X-B') }), '"* /a"', '"x-b"', '"setsHeaders"')
    }
  })

  test('of a source that gives its first table too late are none: until then, clients could send them', () => {
    let put: (definition: RouteTableDefinition) => () => void = () => assert.fail('nobody follows')
    const late = {
      follow(prepare: typeof put) {
        put = prepare
      },
    }
    assert.deepEqual(tableInForce(late, segmentsOf, {}).setsHeaders, [])
    assertRefusedOption(() => put({ rules: rules('X-A') }), '"x-a"')
    put({ rules: rules() })()
  })

  test('of a source that does not name all of them are refused at boot', () => {
    const routes = { ...source({ rules: rules('X-A') }), setsHeaders: [] }
    assertRefusedOption(() => tableInForce(routes, segmentsOf, {}), '"x-a"')
  })
})
