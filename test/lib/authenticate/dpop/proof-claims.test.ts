import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { suite, test } from 'node:test'
import { type ProofRules, readProofClaims } from '../../../../lib/authenticate/dpop/proof-claims.ts'
import { targetTest } from '../../../../lib/authenticate/dpop/target.ts'
import { NOW } from '../../../support/access-token.ts'
import { ORIGIN, TARGET } from '../../../support/dpop-proof.ts'

const rules: ProofRules = {
  isTarget: targetTest('dpopVerifier', [ORIGIN]),
  maxAgeSeconds: 60,
  clockToleranceSeconds: 5,
}
const said = { jti: 'id', htm: 'GET', htu: TARGET, iat: NOW, ath: hash('sha256', 'token', 'base64url') }
const read = (changes: Readonly<Record<string, unknown>>, now = NOW) =>
  readProofClaims({ ...said, ...changes }, { method: 'GET', path: '/orders/42' }, 'token', rules, now)

test('a good proof says what is needed later', () => {
  assert.deepEqual(read({ nonce: 'n' }), { jti: 'id', iat: NOW, nonce: 'n' })
})

test('the hash of the token is that of the example of RFC 9449 section 7.1', () => {
  const token = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
  const claims = { ...said, ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' }
  assert.notEqual(typeof readProofClaims(claims, { method: 'GET', path: '/orders/42' }, token, rules, NOW), 'string')
})

suite('the time of a proof', () => {
  for (const [now, expected] of [
    [NOW - 5.001, 'from the future'],
    [NOW - 5, undefined],
    [NOW + 65, undefined],
    [NOW + 65.001, 'too old'],
    [Number.NaN, 'from the future'],
  ] as const) {
    test(`at ${now - NOW} s: ${expected ?? 'good'}`, () => {
      const answer = read({}, now)
      assert.equal(typeof answer === 'string' ? answer : undefined, expected)
    })
  }

  for (const [name, claims, expected] of [
    ['an expiry that is over', { exp: NOW - 5 }, 'expired'],
    ['an expiry that is none', { exp: 'never' }, 'expired'],
    ['a start that is ahead', { nbf: NOW + 6 }, 'not yet valid'],
    ['a start that is none', { nbf: null }, 'not yet valid'],
    ['an expiry and a start around now', { exp: NOW + 1, nbf: NOW }, undefined],
  ] as const) {
    test(`${name}: ${expected ?? 'good'}`, () => {
      const answer = read(claims)
      assert.equal(typeof answer === 'string' ? answer : undefined, expected)
    })
  }
})

suite('a proof is refused', () => {
  const refused: readonly (readonly [string, unknown])[] = [
    ...[undefined, null, '', 'x'.repeat(257), 1, ['id'], {}].map((jti) => ['jti', jti] as const),
    ...[undefined, null, '', 'get', 'POST', 'HEAD', 'GET ', ['GET']].map((htm) => ['htm', htm] as const),
    ...[undefined, null, '', '/orders/42', [TARGET], { href: TARGET }, `${ORIGIN}/`].map(
      (htu) => ['htu', htu] as const,
    ),
    ...[undefined, null, '', 'token', said.ath.toLowerCase(), `${said.ath}=`, [said.ath]].map(
      (ath) => ['ath', ath] as const,
    ),
    ...[undefined, null, '', String(NOW), NOW + 0.5, Infinity, -1, 0, [NOW], true].map((iat) => ['iat', iat] as const),
  ]
  for (const [name, value] of refused) {
    test(`${name} ${JSON.stringify(value)?.slice(0, 60)}`, () => assert.equal(read({ [name]: value }), name))
  }
})
