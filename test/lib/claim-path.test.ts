import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertClaimPath, assertClaimPaths, readClaim, readClaims } from '../../lib/claim-path.ts'
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

test('several claims are read in their order; what is not there is left out', () => {
  assert.deepEqual(readClaims(CLAIMS, [['realm', 'roles'], ['x'], ['realm', 'empty'], ['roles']]), [['b'], ['a']])
  assert.deepEqual(readClaims(CLAIMS, 'roles'), [['a']])
})

suite('the keys of an object of objects, where the mapping says so', () => {
  const keysIn = (value: unknown) => readClaims({ 'urn:roles': value }, { keysOf: 'urn:roles' })
  test('are the names', () => {
    assert.deepEqual(keysIn({ admin: { 1: 'a.test' }, reader: {} }), [['admin', 'reader']])
    assert.deepEqual(readClaims({ a: { b: { c: {} } } }, [['x'], { keysOf: ['a', 'b'] }]), [['c']])
    assert.deepEqual(keysIn({}), [[]])
  })
  test('are none when the claim is not there', () => {
    for (const value of [undefined, null]) assert.deepEqual(keysIn(value), [])
  })
  for (const value of [{ admin: false }, { admin: null }, { admin: true }, { admin: ['x'] }, ['admin'], 'admin', 1]) {
    test(`of ${JSON.stringify(value)} are nothing that a principal takes`, () =>
      assert.deepEqual(keysIn(value), [[undefined]]))
  }
})

suite('the paths of a list are a path, several, or the keys of an object', () => {
  const good = ['a', ['a', 'b'], [['a'], ['b', 'c']], { keysOf: 'a' }, { keysOf: ['a', 'b'] }, [['a'], { keysOf: 'b' }]]
  for (const paths of good)
    test(JSON.stringify(paths), () => assert.doesNotThrow(() => assertClaimPaths('f', 'n', paths)))
  const bad = [[], [[]], {}, { keysOf: '' }, { keysOf: [['a']] }, { keys: 'a' }, [null], [{}], ['a', {}]]
  for (const paths of bad) {
    test(`not ${JSON.stringify(paths)}`, () =>
      assert.throws(() => assertClaimPaths('factory', 'roles', paths), TypeError))
  }
})
