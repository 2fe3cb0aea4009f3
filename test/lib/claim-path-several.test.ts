import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertClaimPaths, type ClaimPaths, readClaims } from '../../lib/claim-path.ts'
import { assertRefusedOption } from '../support/refused-option.ts'

const CLAIMS = JSON.parse(`{
  "roles": ["a"], "realm_access": { "roles": ["b"] }, "resource_access": { "api": { "roles": ["c"] } },
  "https://x.test/groups": ["d"], "empty": null, "text": "e f", "none": [],
  "__proto__": { "roles": ["evil"] }, "nested": { "__proto__": ["evil"], "constructor": { "name": ["evil"] } }
}`) as Record<string, unknown>

suite('several claims', () => {
  const cases: readonly (readonly [ClaimPaths, readonly unknown[]])[] = [
    ['roles', [['a']]],
    [['roles'], [['a']]],
    [['realm_access', 'roles'], [['b']]],
    [
      [['realm_access', 'roles'], ['roles']],
      [['b'], ['a']],
    ],
    [
      [['resource_access', 'api', 'roles'], ['https://x.test/groups']],
      [['c'], ['d']],
    ],
    [[['roles'], ['missing'], ['empty'], ['realm_access', 'missing'], ['roles', 'length', 'x']], [['a']]],
    [
      [['none'], ['text']],
      [[], 'e f'],
    ],
    ['missing', []],
    [[['missing'], ['empty']], []],
  ]
  for (const [paths, found] of cases) {
    test(JSON.stringify(paths), () => assert.deepEqual(readClaims(CLAIMS, paths), found))
  }

  test('are own ones only, on all of the way', () => {
    for (const path of [
      ['toString'],
      ['constructor', 'name'],
      ['realm_access', 'constructor'],
      ['roles', 'at'],
      ['text', 'at'],
    ]) {
      assert.deepEqual(readClaims(CLAIMS, [path]), [], path.join('.'))
    }
    assert.deepEqual(readClaims({}, [['__proto__', 'roles'], ['__proto__']]), [])
  })

  test('a claim that is called __proto__ is one like the others, to those who ask for it', () => {
    assert.deepEqual(readClaims(CLAIMS, [['__proto__', 'roles']]), [['evil']])
    assert.deepEqual(readClaims(CLAIMS, [['nested', 'constructor', 'name']]), [['evil']])
    assert.equal(({} as Record<string, unknown>).roles, undefined)
  })
})

suite('paths', () => {
  for (const paths of ['roles', ['roles'], ['a', 'b'], [['a'], ['b', 'c']], [['a']]]) {
    test(`${JSON.stringify(paths)} are good`, () => assert.doesNotThrow(() => assertClaimPaths('test', 'roles', paths)))
  }
  const bad: readonly unknown[] = [
    ...['', [], [''], ['a', ''], ['a', 1], [[]], [['']], [['a'], []], [['a'], ['b', '']]],
    ...[null, undefined, 42, true, [null], [['a'], null], [[['a']]], ['a', ['b']], new Set(['a'])],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tried
    [['a', , 'b']],
  ]
  for (const paths of bad) {
    test(`${JSON.stringify(paths)} are refused`, () => {
      assertRefusedOption(() => assertClaimPaths('test', 'roles', paths), 'test', 'roles')
    })
  }
})
