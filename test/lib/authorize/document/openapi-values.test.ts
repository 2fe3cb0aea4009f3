import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDocument } from '../../../../lib/authorize/document/located-document.ts'
import { isObject, memberOf, resolved } from '../../../../lib/authorize/document/openapi-values.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const document = readDocument(
  'a/b: {"%": {c: 1}}\nloop: {$ref: "#/loop"}\nlink: {$ref: "#/a~1b/%25"}\nlist: [1]\n',
  'api.yaml',
)

test('a reference is followed within the document', () => {
  assert.deepEqual(resolved({ $ref: '#/link' }, [], document), { c: 1 })
  assert.deepEqual(resolved({ d: 1 }, [], document), { d: 1 })
})

test('one that leads nowhere, in a circle or elsewhere is refused', () => {
  for (const $ref of ['#/none', '#/loop', 'other.yaml#/a', 'https://x.example/a', '#/list/0', '#/toString', '#/%', 7]) {
    assertRefusedOption(() => resolved({ $ref }, [], document), 'api.yaml')
  }
  assertRefusedOption(() => resolved('x', [], document), 'an object')
})

test('what stands beside a reference is not passed over', () => {
  assertRefusedOption(() => resolved({ $ref: '#/link', 'x-required-roles': ['a'] }, [], document), '"x-required-roles"')
  assertRefusedOption(() => resolved({ get: {}, $ref: '#/link' }, [], document), '"get"')
  assert.deepEqual(resolved({ $ref: '#/link', summary: 'a', description: 'b' }, [], document), { c: 1 })
})

test('a member that must be an object is its own', () => {
  assert.deepEqual(memberOf({ a: {} }, 'a', [], document), {})
  for (const name of ['b', 'constructor', '__proto__'])
    assertRefusedOption(() => memberOf({ b: [] }, name, [], document), `"${name}"`)
  assert.deepEqual([{}, [], null, 'x'].map(isObject), [true, false, false, false])
})
