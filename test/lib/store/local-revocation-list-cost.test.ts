import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Principal } from '../../../lib/principal.ts'
import type { LocalRevocationList } from '../../../lib/store/local-revocation-list.ts'
import type { Revocation } from '../../../lib/store/revocation-list.ts'
import { ISSUER, NOW } from '../../support/access-token.ts'
import { principal } from '../../support/outcomes.ts'
import { revocationListUnderTest } from '../../support/revocation-list-under-test.ts'

const user = principal({
  ...{ credentialId: 'token-1', issuer: ISSUER, clientId: 'web-app' },
  claims: { sub: 'alice', iat: NOW - 60, sid: 'session-1', token_version: 3 },
})
const client = principal({
  ...{ kind: 'client', subject: 'svc', clientId: 'svc', credentialId: 'token-2', issuer: ISSUER },
  claims: { sub: 'uuid-1', iat: NOW - 60 },
})

/** How often a question looks something up in a map. */
function lookUps(list: LocalRevocationList, who: Principal): number {
  const { get } = Map.prototype
  let count = 0
  Map.prototype.get = function (key) {
    count++
    return get.call(this, key)
  }
  try {
    assert.equal(list.covers(who), false)
    return count
  } finally {
    Map.prototype.get = get
  }
}

/** Entries of every kind, half of them of one issuer; they name nobody that asks. */
function listOf(entries: number): LocalRevocationList {
  const { list, inner } = revocationListUnderTest()
  const expiresAt = NOW + 3_600
  for (let index = 0; index < entries; index++) {
    const name = `name-${index}`
    const kinds: readonly Revocation[] = [
      { kind: 'token', tokenId: name, expiresAt },
      { kind: 'session', sessionId: name, expiresAt },
      { kind: 'client', clientId: name, expiresAt },
      { kind: 'subject', subject: name, issuedBefore: NOW, expiresAt },
      { kind: 'version', subject: name, minVersion: 9, expiresAt },
    ]
    const revocation = kinds[index % kinds.length]
    if (revocation) inner.append(index % 2 === 0 ? revocation : { ...revocation, issuer: ISSUER })
  }
  assert.equal(list.health().entries, entries)
  return list
}

test('nothing revoked costs no look-up', () => {
  const list = listOf(0)
  assert.deepEqual([lookUps(list, user), lookUps(list, client)], [0, 0])
})

test('100,000 entries cost as many look-ups as ten: a few', () => {
  const [few, many] = [listOf(10), listOf(100_000)]
  for (const who of [user, client]) {
    assert.equal(lookUps(many, who), lookUps(few, who))
    assert.ok(lookUps(many, who) <= 20, `${lookUps(many, who)}`)
  }
})
