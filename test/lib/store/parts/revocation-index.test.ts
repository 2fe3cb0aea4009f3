import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { DependencyError } from '../../../../lib/errors.ts'
import { isRevokedBy } from '../../../../lib/revocation-rules.ts'
import { RevocationIndex } from '../../../../lib/store/parts/revocation-index.ts'
import type { Revocation } from '../../../../lib/store/revocation-list.ts'
import { ISSUER, NOW } from '../../../support/access-token.ts'
import { principal } from '../../../support/outcomes.ts'
import { COVERED, NOT_COVERED } from '../../../support/revocation-cases.ts'
import { tokenRevocation } from '../../../support/revocations.ts'

const UNTIL = NOW + 3_600

suite('the index says what the rules say', () => {
  for (const [name, revocation, fields] of [...COVERED, ...NOT_COVERED]) {
    test(name, () => {
      const index = new RevocationIndex(10)
      index.add(revocation, UNTIL, NOW)
      const who = principal(fields)
      assert.equal(index.covers(who, NOW), isRevokedBy(revocation, who))
      assert.equal(index.covers(who, UNTIL), false, 'and nothing at its end')
    })
  }

  test('of all cases together, whatever order they come in', () => {
    const cases = [...COVERED, ...NOT_COVERED]
    for (const order of [cases, cases.toReversed()]) {
      const index = new RevocationIndex(100)
      for (const [, revocation] of order) index.add(revocation, UNTIL, NOW)
      for (const [name, , fields] of cases) {
        const who = principal(fields)
        assert.equal(
          index.covers(who, NOW),
          cases.some(([, each]) => isRevokedBy(each, who)),
          name,
        )
      }
    }
  })
})

suite('bounds of one name', () => {
  const before = (issuedBefore: number, issuer?: string): Revocation => ({
    ...{ kind: 'subject', subject: 'alice', issuedBefore, expiresAt: 0 },
    ...(issuer && { issuer }),
  })
  const covers = (index: RevocationIndex, iat: number, now: number) => index.covers(principal({ claims: { iat } }), now)

  test('each counts until its own end: a wider one that ends earlier does not last longer', () => {
    const index = new RevocationIndex(10)
    assert.ok(index.add(before(200), 1_000, 0))
    assert.ok(index.add(before(100), 2_000, 0))
    assert.equal(index.size, 2)
    assert.deepEqual([covers(index, 150, 999), covers(index, 150, 1_000)], [true, false])
    assert.deepEqual([covers(index, 50, 1_999), covers(index, 50, 2_000)], [true, false])
  })

  test('one that says no more than another is not kept', () => {
    const index = new RevocationIndex(10)
    index.add(before(200), 1_000, 0)
    assert.equal(index.add(before(200), 1_000, 0), false)
    assert.equal(index.add(before(100), 500, 0), false)
    assert.ok(index.add(before(300), 1_000, 0))
    assert.ok(index.add(before(300), 2_000, 0))
    assert.equal(index.size, 1)
    assert.deepEqual([covers(index, 299, 1_999), covers(index, 300, 0)], [true, false])
  })

  test('of one issuer and of every issuer are apart', () => {
    const index = new RevocationIndex(10)
    index.add(before(200, ISSUER), 1_000, 0)
    index.add(before(100), 1_000, 0)
    const covered = (iat: number, issuer?: string) => index.covers(principal({ claims: { iat }, issuer }), 0)
    assert.deepEqual([covered(150, ISSUER), covered(150, 'https://x'), covered(150)], [true, false, false])
    assert.deepEqual([covered(50, ISSUER), covered(50, 'https://x'), covered(50)], [true, true, true])
    index.sweep(1_000)
    assert.equal(index.size, 0)
  })
})

suite('a full index', () => {
  test('refuses, and forgets nothing early', () => {
    const index = new RevocationIndex(2)
    index.add(tokenRevocation('t1'), UNTIL, NOW)
    index.add(tokenRevocation('t2'), UNTIL + 10, NOW)
    for (let tries = 0; tries < 3; tries++) {
      assert.throws(
        () => index.add(tokenRevocation('t3'), UNTIL, NOW),
        (error) => error instanceof DependencyError,
      )
      assert.throws(() => index.add({ ...tokenRevocation('t3'), issuer: ISSUER }, UNTIL, NOW), DependencyError)
    }
    assert.ok(index.covers(principal({ credentialId: 't1' }), NOW))
    assert.ok(index.covers(principal({ credentialId: 't2' }), NOW))
    assert.equal(index.size, 2)
  })

  test('still takes what replaces something, and what fits after an end', () => {
    const index = new RevocationIndex(2)
    index.add({ ...tokenRevocation('t1'), issuer: ISSUER }, UNTIL, NOW)
    index.add(tokenRevocation('t2'), UNTIL + 10, NOW)
    assert.ok(index.add(tokenRevocation('t2'), UNTIL + 20, NOW))
    assert.ok(index.add({ ...tokenRevocation('t3'), issuer: ISSUER }, UNTIL + 10, UNTIL))
    assert.ok(index.covers(principal({ credentialId: 't3', issuer: ISSUER }), UNTIL))
    assert.equal(index.size, 2)
  })
})

test('sweeping drops what has ended, of every chain, and counts the rest', () => {
  const index = new RevocationIndex(100)
  for (let each = 0; each < 10; each++) {
    index.add(tokenRevocation(`t${each}`), each, 0)
    index.add({ kind: 'version', subject: 'alice', minVersion: 10 - each, expiresAt: 0 }, each, 0)
  }
  index.sweep(4)
  assert.equal(index.size, 2 * 5)
  const hasToken = (credentialId: string) => index.covers(principal({ subject: 'bob', credentialId }), 0)
  assert.deepEqual([hasToken('t4'), hasToken('t5'), index.sweptAt], [false, true, 4])
  assert.ok(index.covers(principal({ subject: 'alice', claims: { token_version: 4 } }), 4))
  assert.ok(!index.covers(principal({ subject: 'alice', claims: { token_version: 5 } }), 4))
})
