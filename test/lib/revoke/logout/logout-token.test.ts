import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { logoutProblem, logoutRevocation } from '../../../../lib/revoke/logout/logout-token.ts'
import { ISSUER, NOW } from '../../../support/access-token.ts'
import { LOGOUT_EVENT, logoutClaims } from '../../../support/logout-token.ts'

const RULES = { issuer: ISSUER, allowUntyped: false, tokensHaveSid: true, keepForSeconds: 1_000 }

function problem(changes: Readonly<Record<string, unknown>>, type: string | undefined = 'logout+jwt', rules = {}) {
  const header = { algorithm: 'ES256', keyId: 'key-1', type } as const
  return logoutProblem({ header, claims: logoutClaims(changes) }, { ...RULES, ...rules })
}

suite('a logout token', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, string | undefined])[] = [
    ['says that somebody logged out', {}, undefined],
    ['may say more', { events: { [LOGOUT_EVENT]: { reason: 'x' }, revoke_offline_access: true } }, undefined],
    ['may name the session only', { sub: undefined }, undefined],
    ['may name the subject only', { sid: undefined }, undefined],
    ['names one of them', { sub: undefined, sid: undefined }, 'neither sub nor sid'],
    ['names a subject by text', { sub: 7 }, 'sub'],
    ['names a session by text', { sid: ['session-1'] }, 'sid'],
    ['does not name a session by nothing', { sid: '' }, 'sid'],
    ['has an end', { exp: undefined }, 'exp'],
    ['ends soon', { exp: NOW + 86_400 }, 'lifetime'],
    ['has events', { events: undefined }, 'events'],
    ['has the event', { events: {} }, 'events'],
    ['has the event as an object', { events: { [LOGOUT_EVENT]: true } }, 'events'],
    ['has events that are no list', { events: [LOGOUT_EVENT] }, 'events'],
    ['has no nonce', { nonce: 'n' }, 'nonce'],
    ['has not even an empty nonce', { nonce: '' }, 'nonce'],
  ]
  for (const [name, changes, word] of cases) test(name, () => assert.equal(problem(changes), word))

  test('says by its type what it is; older ones, that do not, are taken when it was allowed', () => {
    for (const type of [undefined, 'jwt', 'at+jwt', 'secevent+jwt']) {
      const header = { algorithm: 'ES256', keyId: 'key-1', type } as const
      const judge = (allowUntyped: boolean) =>
        logoutProblem({ header, claims: logoutClaims() }, { ...RULES, allowUntyped })
      assert.equal(judge(false), 'typ')
      assert.equal(judge(true), type === undefined || type === 'jwt' ? undefined : 'typ')
    }
  })

  test('needs a subject where access tokens know of no session', () => {
    assert.equal(problem({ sub: undefined }, 'logout+jwt', { tokensHaveSid: false }), 'no sub')
    assert.equal(problem({}, 'logout+jwt', { tokensHaveSid: false }), undefined)
  })
})

suite('a logout ends', () => {
  const expiresAt = NOW + 1_000

  test('the session', () => {
    const session = { kind: 'session', sessionId: 'session-1', issuer: ISSUER, expiresAt }
    assert.deepEqual(logoutRevocation(logoutClaims(), RULES, NOW), session)
  })

  test('or else what was issued for the subject until then, the same second included', () => {
    const subject = { kind: 'subject', subject: 'alice', issuedBefore: NOW, issuer: ISSUER, expiresAt }
    assert.deepEqual(logoutRevocation(logoutClaims({ sid: undefined }), RULES, NOW + 0), subject)
    assert.deepEqual(logoutRevocation(logoutClaims(), { ...RULES, tokensHaveSid: false }, NOW), subject)
  })
})
