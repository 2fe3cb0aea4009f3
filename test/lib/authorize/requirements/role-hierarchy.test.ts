import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileHierarchy } from '../../../../lib/authorize/requirements/role-hierarchy.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

test('a role stands for what it includes, at whatever distance', () => {
  const rolesFor = compileHierarchy({ admin: ['editor', 'auditor'], editor: ['viewer'], auditor: ['viewer'] })
  assert.deepEqual(rolesFor('viewer').toSorted(), ['admin', 'auditor', 'editor', 'viewer'])
  assert.deepEqual(rolesFor('editor').toSorted(), ['admin', 'editor'])
  assert.deepEqual(rolesFor('admin'), ['admin'])
  assert.deepEqual(rolesFor('stranger'), ['stranger'])
})

test('names of an object are roles like others', () => {
  const rolesFor = compileHierarchy(JSON.parse('{"__proto__": ["viewer"], "toString": ["viewer"]}'))
  assert.deepEqual(rolesFor('viewer').toSorted(), ['__proto__', 'toString', 'viewer'])
  assert.deepEqual(rolesFor('constructor'), ['constructor'])
})

test('without a hierarchy a role stands for itself', () =>
  assert.deepEqual(compileHierarchy(undefined)('admin'), ['admin']))

test('many roles that include the same ones are quick to read', () => {
  const layers = Array.from({ length: 40 }, (_, layer) => [`a${layer}`, `b${layer}`])
  const hierarchy = Object.fromEntries(
    layers.slice(0, -1).flatMap((pair, layer) => pair.map((role) => [role, layers[layer + 1]])),
  )
  assert.equal(compileHierarchy(hierarchy)('a39').length, 79)
})

test('refused: circles, and what is no hierarchy', () => {
  assertRefusedOption(() => compileHierarchy({ a: ['a'] }), 'circle', 'a includes a')
  assertRefusedOption(() => compileHierarchy({ a: ['b'], b: ['c'], c: ['a'] }), 'circle')
  for (const bad of [[], 'admin', null]) assertRefusedOption(() => compileHierarchy(bad), '"roleHierarchy"')
  for (const bad of [{ admin: 'editor' }, { admin: [] }, { admin: [1] }]) {
    assertRefusedOption(() => compileHierarchy(bad), '"roleHierarchy.admin"')
  }
})
