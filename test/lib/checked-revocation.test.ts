import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  frozenRevocation,
  parsedRevocation,
  revocationProblem,
  storedRevocation,
} from '../../lib/checked-revocation.ts'
import { DependencyError } from '../../lib/errors.ts'
import { NOW } from '../support/access-token.ts'
import { EVERY_KIND, tokenRevocation } from '../support/revocations.ts'

const token = tokenRevocation('t1')
const subject = { kind: 'subject', subject: 'alice', issuedBefore: NOW, expiresAt: NOW }

const WRONG: readonly (readonly [unknown, RegExp])[] = [
  [undefined, /an object/],
  [null, /an object/],
  ['token', /an object/],
  [[], /"kind" must be one of token, session, client, subject, version/],
  [{}, /"kind"/],
  [{ ...token, kind: 'constructor' }, /"kind"/],
  [{ kind: 'token', expiresAt: NOW }, /"tokenId" must be a text/],
  [{ ...token, tokenId: '' }, /"tokenId"/],
  [{ ...token, tokenId: 7 }, /"tokenId"/],
  [{ ...token, tokenId: 'x'.repeat(1025) }, /"tokenId"/],
  [{ ...token, issuer: '' }, /"issuer"/],
  [{ ...token, issuer: null }, /"issuer"/],
  [{ ...token, expiresAt: undefined }, /"expiresAt" must be a finite number/],
  [{ ...token, expiresAt: Number.POSITIVE_INFINITY }, /"expiresAt"/],
  [{ ...token, expiresAt: Number.NaN }, /"expiresAt"/],
  [{ ...token, expiresAt: '9' }, /"expiresAt"/],
  [{ ...subject, issuedBefore: undefined }, /"issuedBefore"/],
  [{ ...subject, issuedBefore: '2026-01-01' }, /"issuedBefore"/],
  [{ kind: 'version', subject: 'alice', expiresAt: NOW }, /"minVersion"/],
  // A bound with a typing mistake would revoke everything.
  [{ kind: 'client', clientId: 'a', isuedBefore: NOW, expiresAt: NOW }, /a field that a client revocation has not/],
  [{ ...token, issuedBefore: NOW }, /a field that a token revocation has not/],
]

for (const [value, problem] of WRONG) {
  test(`${JSON.stringify(value)?.slice(0, 80)} is no revocation`, () => {
    assert.match(revocationProblem(value) ?? '', problem)
    assert.throws(() => storedRevocation(value), DependencyError)
  })
}

test('a problem repeats nothing of what was given', () => {
  const secret = 'eyJhbGciOiJSUzI1NiJ9.secret'
  for (const value of [{ kind: secret }, { ...token, [secret]: 1 }, { ...token, tokenId: secret.repeat(99) }]) {
    assert.ok(!revocationProblem(value)?.includes('secret'))
  }
})

test('every kind is one, and a copy of it cannot be changed', () => {
  for (const revocation of EVERY_KIND) {
    assert.equal(revocationProblem(revocation), undefined)
    const copy = frozenRevocation({ ...revocation })
    assert.deepEqual(copy, revocation)
    assert.ok(Object.isFrozen(copy))
  }
  assert.deepEqual(
    Object.keys(frozenRevocation({ ...token, issuer: undefined } as unknown as typeof token)),
    Object.keys(token),
  )
})

test('JSON is read, and what is none is a failure of the store', () => {
  assert.deepEqual(parsedRevocation(JSON.stringify(token)), token)
  for (const text of ['', 'x', 'null', '{}', undefined]) assert.throws(() => parsedRevocation(text), DependencyError)
})
