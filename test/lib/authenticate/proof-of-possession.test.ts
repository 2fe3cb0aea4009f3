import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  PROOFS_OF_POSSESSION,
  possessionProblem,
  readConfirmation,
} from '../../../lib/authenticate/proof-of-possession.ts'

const T = 'A'.repeat(43)

suite('a confirmation', () => {
  const read: readonly (readonly [unknown, readonly [string | undefined, string | undefined]])[] = [
    [undefined, [undefined, undefined]],
    [{ jkt: T }, [T, undefined]],
    [{ 'x5t#S256': T }, [undefined, T]],
    [{ jkt: T, 'x5t#S256': T }, [T, T]],
    [Object.assign(Object.create(null), { jkt: T }), [T, undefined]],
  ]
  for (const [cnf, [keyThumbprint, certificateThumbprint]] of read) {
    test(`${JSON.stringify(cnf)} is understood`, () => {
      assert.deepEqual(readConfirmation(cnf), { keyThumbprint, certificateThumbprint })
    })
  }

  /** What is not understood must not pass for "not bound". */
  const unknown: readonly unknown[] = [
    ...[null, '', T, 42, true, [], [T], {}, [{ jkt: T }]],
    ...[{ jwk: {} }, { kid: 'x' }, { jku: 'https://x.test' }, { jwe: 'x' }, { 'x5t#S512': T }, { JKT: T }],
    ...[
      { jkt: T, jwk: {} },
      { jkt: T, kid: 'x' },
      { jkt: undefined, kid: 'x' },
    ],
    ...[{ jkt: '' }, { jkt: null }, { jkt: 42 }, { jkt: [T] }, { jkt: { toString: () => T } }],
    ...[{ jkt: T.slice(1) }, { jkt: `${T}A` }, { jkt: `${T}=` }, { jkt: `${T.slice(1)}+` }, { jkt: `${T}\n` }],
    ...[{ 'x5t#S256': 'x' }, { jkt: T, 'x5t#S256': 'x' }, JSON.parse(`{"__proto__":{"jkt":"${T}"}}`)],
  ]
  for (const cnf of unknown) {
    test(`${JSON.stringify(cnf)} is not`, () => assert.equal(readConfirmation(cnf), undefined))
  }

  test('is not inherited', () => {
    assert.equal(readConfirmation(Object.create({ jkt: T })), undefined)
  })
})

test('the three modes, for a token that is bound, is not, and is bound in an unknown way', () => {
  const problems = PROOFS_OF_POSSESSION.map((mode) => [
    mode,
    possessionProblem({ jkt: T }, mode),
    possessionProblem(undefined, mode),
    possessionProblem({ kid: 'x' }, mode),
    possessionProblem(null, mode),
  ])
  assert.deepEqual(problems, [
    ['accepted', undefined, undefined, 'confirmation method', 'confirmation method'],
    ['required', undefined, 'token not bound', 'confirmation method', 'confirmation method'],
    ['refused', 'bound token', undefined, 'bound token', 'bound token'],
  ])
})
