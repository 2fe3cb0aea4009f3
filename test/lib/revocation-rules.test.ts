import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { PrincipalFields } from '../../lib/principal.ts'
import {
  isBelow,
  isRevokedBy,
  namesOf,
  REVOCATION_KINDS,
  REVOCATION_RULES,
  targetOf,
} from '../../lib/revocation-rules.ts'
import { ISSUER, NOW } from '../support/access-token.ts'
import { principal } from '../support/outcomes.ts'
import { COVERED, NOT_COVERED } from '../support/revocation-cases.ts'
import { EVERY_KIND } from '../support/revocations.ts'

suite('a revocation is about a principal', () => {
  for (const [name, revocation, fields] of COVERED) {
    test(name, () => assert.ok(isRevokedBy(revocation, principal(fields))))
  }
  for (const [name, revocation, fields] of NOT_COVERED) {
    test(`not: ${name}`, () => assert.ok(!isRevokedBy(revocation, principal(fields))))
  }
})

test('every kind of revocation has a rule, and says what it names', () => {
  assert.deepEqual([...REVOCATION_KINDS].sort(), Object.keys(REVOCATION_RULES).sort())
  assert.deepEqual(
    EVERY_KIND.map((each) => Object.values(targetOf(each))),
    [
      ['token', 'token-1', Number.POSITIVE_INFINITY],
      ['token', 'token-1', Number.POSITIVE_INFINITY],
      ['session', 'session-1', Number.POSITIVE_INFINITY],
      ['client', 'web-app', Number.POSITIVE_INFINITY],
      ['client', 'web-app', NOW - 60.5],
      ['subject', 'alice', NOW],
      ['version', 'alice', 3],
    ],
  )
})

test('names are those that it has, each once', () => {
  const names = (fields: Partial<PrincipalFields>) => namesOf(REVOCATION_RULES.subject, principal(fields))
  assert.deepEqual(names({ issuer: ISSUER, claims: {} }), ['alice'])
  assert.deepEqual(names({ claims: { sub: 'alice' } }), ['alice'])
  assert.deepEqual(names({ kind: 'client', subject: 'svc', claims: { sub: 'uuid-1' } }), ['svc', 'uuid-1'])
})

test('nothing said is below every bound', () => {
  assert.deepEqual([isBelow(undefined, 0), isBelow(1, 2), isBelow(2, 2), isBelow(3, 2)], [true, true, false, false])
})
