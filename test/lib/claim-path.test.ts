import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertClaimPath, readClaim } from '../../lib/claim-path.ts'
import { assertRefusedOption } from '../support/refused-option.ts'

const CLAIMS = { roles: ['a'], realm: { roles: ['b'], empty: null }, 'https://x.test/roles': ['c'], 'a.b': 1 }

test('a claim is found by its name, or by the names on the way', () => {
  assert.deepEqual(readClaim(CLAIMS, 'roles'), ['a'])
  assert.deepEqual(readClaim(CLAIMS, ['realm', 'roles']), ['b'])
  assert.deepEqual(readClaim(CLAIMS, 'https://x.test/roles'), ['c'])
  assert.equal(readClaim(CLAIMS, 'a.b'), 1)
})

test('what is not there is undefined, and no prototype is looked at', () => {
  for (const path of [
    'x',
    'realm.roles',
    ['realm', 'x'],
    ['realm', 'empty', 'x'],
    ['roles', 'x'],
    ['a.b', 'toFixed'],
  ]) {
    assert.equal(readClaim(CLAIMS, path), undefined, String(path))
  }
  for (const path of [
    'constructor',
    '__proto__',
    'toString',
    ['realm', 'constructor', 'name'],
    ['__proto__', 'toString'],
  ]) {
    assert.equal(readClaim(CLAIMS, path), undefined, String(path))
  }
})

suite('a path is a name, or a list of names', () => {
  for (const path of ['roles', ['a', 'b']])
    test(JSON.stringify(path), () => assert.doesNotThrow(() => assertClaimPath('f', 'n', path)))
  for (const path of ['', [], [''], ['a', ''], [1], 1, null, undefined, {}, [['a']]]) {
    test(`not ${JSON.stringify(path)}`, () =>
      assertRefusedOption(() => assertClaimPath('factory', 'roles', path), 'factory', '"roles"'))
  }
})
