import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { compileRequirement } from '../../../lib/authorize/requirement.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'

const isMet = (requirement: unknown, held: readonly string[]) =>
  compileRequirement('f', 'roles', requirement).isMetBy(held)

suite('a requirement', () => {
  const cases: readonly (readonly [unknown, readonly string[], boolean])[] = [
    [['a'], ['a', 'b'], true],
    [['a', 'b'], ['b', 'a'], true],
    [['a', 'b'], ['a'], false],
    [['a'], [], false],
    [{ all: ['a', 'b'] }, ['a', 'b', 'c'], true],
    [{ all: ['a', 'b'] }, ['b'], false],
    [{ any: ['a', 'b'] }, ['b'], true],
    [{ any: ['a', 'b'] }, ['c'], false],
    [{ any: ['a'] }, [], false],
    [['a'], ['A'], false],
    [['a'], ['a '], false],
    [['read'], ['read:orders'], false],
    [['read:orders'], ['read'], false],
    [['*'], ['a'], false],
  ]
  for (const [requirement, held, met] of cases) {
    test(`${JSON.stringify(requirement)} is ${met ? '' : 'not '}met by ${JSON.stringify(held)}`, () => {
      assert.equal(isMet(requirement, held), met)
    })
  }
})

suite('that asks for nothing, or unclearly, is refused', () => {
  for (const requirement of [
    [],
    { all: [] },
    { any: [] },
    {},
    { all: ['a'], any: ['b'] },
    [''],
    ['a', 'a'],
    [1],
    'a',
    null,
    undefined,
    { any: 'a' },
    { one: ['a'] },
  ]) {
    test(JSON.stringify(requirement) ?? 'undefined', () => {
      assertRefusedOption(() => compileRequirement('rolePolicy', 'roles', requirement), 'rolePolicy', 'roles')
    })
  }
})
