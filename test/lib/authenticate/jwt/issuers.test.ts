import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { IssuerOptions } from '../../../../lib/authenticate/jwt/issuer.ts'
import { issuersOf, listedIssuers } from '../../../../lib/authenticate/jwt/issuers.ts'
import { AUDIENCE, NOW } from '../../../support/access-token.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const A: IssuerOptions = { issuer: 'https://a.example.test', audience: AUDIENCE, algorithms: ['ES256'] }
const B: IssuerOptions = { ...A, issuer: 'https://b.example.test' }
const SHARED: IssuerOptions = { issuer: 'c', audience: AUDIENCE, algorithms: ['HS256'], secret: 'x'.repeat(32) }
const effects = { fetch, now: () => NOW, warn: () => undefined }
const listed = (...list: readonly IssuerOptions[]) => listedIssuers('test', list, effects)

test('issuers are found by their exact name, at once', () => {
  const issuers = listed(A, B)
  assert.deepEqual(issuers.names, [A.issuer, B.issuer])
  assert.equal(issuers.only, undefined)
  for (const { issuer } of [A, B]) {
    const found = issuers.known(issuer)
    assert.equal(found?.rules.issuer, issuer)
    assert.equal(issuers.find(issuer), found)
  }
  for (const name of [`${A.issuer}/`, A.issuer.toUpperCase(), '', '__proto__', 'constructor']) {
    assert.equal(issuers.find(name), undefined)
  }
})

test('each has keys of its own, though all else is the same', () => {
  const issuers = listed(A, B)
  assert.notEqual(issuers.known(A.issuer)?.keySet, issuers.known(B.issuer)?.keySet)
  assert.notEqual(issuers.known(A.issuer)?.rulesId, issuers.known(B.issuer)?.rulesId)
})

test('the only one needs no name', () => {
  const issuers = listed(A)
  assert.equal(issuers.only, issuers.known(A.issuer))
  assert.ok(listed(SHARED).only?.hasSecret)
})

suite('refused', () => {
  const refused: readonly (readonly [string, unknown, ...string[]])[] = [
    ['no list', undefined, '"issuers"'],
    ['an empty list', [], '"issuers"', 'at least one'],
    ['a name', 'https://a.example.test', '"issuers"'],
    ['one issuer without a list', A, '"issuers"'],
    ['one issuer twice', [A, { ...A, audience: 'other' }], A.issuer, 'twice'],
    ['nothing in the list', [undefined], 'object'],
    ['a mistake in the second', [A, { ...B, audience: [] }], '"audience"'],
    ['an unknown option in the second', [A, { ...B, cache: {} }], 'unknown option "cache"'],
    ['a shared secret beside public keys', [A, SHARED], 'HS256 stands alone'],
    ['a shared secret before public keys', [SHARED, A], 'HS256 stands alone'],
    ['two shared secrets', [SHARED, { ...SHARED, issuer: 'd' }], 'HS256 stands alone'],
  ]
  for (const [name, list, ...words] of refused) {
    test(name, () => assertRefusedOption(() => listedIssuers('test', untyped(list), effects), 'test', ...words))
  }
})

test('a list and a function are both ways to give them', async () => {
  assert.deepEqual(issuersOf('test', [A, B], effects).names, [A.issuer, B.issuer])
  const found = issuersOf('test', (name) => (name === A.issuer ? A : undefined), effects)
  assert.equal(found.names, 'any')
  assert.equal((await found.find(A.issuer))?.rules.issuer, A.issuer)
  assert.equal(await found.find(B.issuer), undefined)
  for (const given of [undefined, null, {}, 'https://a.example.test']) {
    assertRefusedOption(() => issuersOf('test', untyped(given), effects), 'test: "issuers"')
  }
})
