import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type ClaimRules, claimsProblem } from '../../../../lib/authenticate/jwt/claims.ts'
import type { JwsHeader } from '../../../../lib/authenticate/jwt/compact-jws.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../../support/access-token.ts'

const RULES: ClaimRules = {
  issuer: ISSUER,
  audiences: new Set([AUDIENCE]),
  audienceClaim: 'aud',
  profile: 'any',
  clockToleranceSeconds: 5,
  maxLifetimeSeconds: 86_400,
  proofOfPossession: 'accepted',
}

/** @param type `none`: the header has no `typ` */
function problem(changes: Record<string, unknown>, type: string = 'at+jwt', rules: Partial<ClaimRules> = {}) {
  const header: JwsHeader = { algorithm: 'ES256', keyId: 'key-1', type: type === 'none' ? undefined : type }
  return claimsProblem(accessTokenClaims(changes), header, { ...RULES, ...rules }, NOW)
}

test('a good access token has no problem', () => {
  assert.equal(problem({}), undefined)
})

suite('issuer', () => {
  for (const iss of [undefined, `${ISSUER}/`, ISSUER.toUpperCase(), 'https://evil.example.test', [ISSUER], null, 1]) {
    test(`${JSON.stringify(iss)} is another issuer`, () => assert.equal(problem({ iss }), 'issuer'))
  }
})

suite('audience', () => {
  for (const aud of [AUDIENCE, ['https://other.example.test', AUDIENCE]]) {
    test(`${JSON.stringify(aud)} is meant for this API`, () => assert.equal(problem({ aud }), undefined))
  }
  for (const aud of [undefined, null, '', [], `${AUDIENCE}/`, [AUDIENCE, 1], [[AUDIENCE]], { 0: AUDIENCE }, 42]) {
    test(`${JSON.stringify(aud)} is not`, () => assert.equal(problem({ aud }), 'audience'))
  }
})

suite('times', () => {
  const bad = [undefined, null, '1700000600', 1.5e9 + 0.5, Number.POSITIVE_INFINITY, -1, 0, [NOW + 600], true, 2 ** 60]
  for (const exp of bad) {
    test(`exp ${JSON.stringify(exp)} is no time`, () => assert.equal(problem({ exp }), 'exp'))
  }
  for (const value of bad.filter((each) => each !== undefined)) {
    test(`iat ${JSON.stringify(value)} is no time`, () => assert.equal(problem({ iat: value }), 'iat'))
    test(`nbf ${JSON.stringify(value)} is no time`, () => assert.equal(problem({ nbf: value }), 'nbf'))
  }

  test('a token expires at its exp, plus the tolerance, and not a second later', () => {
    assert.equal(problem({ exp: NOW - 4, iat: NOW - 60 }), undefined)
    assert.equal(problem({ exp: NOW - 5, iat: NOW - 60 }), 'expired')
    assert.equal(problem({ exp: NOW, iat: NOW - 60 }, 'at+jwt', { clockToleranceSeconds: 0 }), 'expired')
    assert.equal(problem({ exp: NOW + 1, iat: NOW - 60 }, 'at+jwt', { clockToleranceSeconds: 0 }), undefined)
  })

  test('a token from the future is refused, beyond the tolerance', () => {
    assert.equal(problem({ iat: NOW + 5 }), undefined)
    assert.equal(problem({ iat: NOW + 6 }), 'issued in the future')
    assert.equal(problem({ nbf: NOW + 5 }), undefined)
    assert.equal(problem({ nbf: NOW + 6 }), 'not yet valid')
    assert.equal(problem({ nbf: NOW + 2, exp: NOW + 1 }), 'not yet valid')
  })

  test('a token that lives too long is refused, with iat and without', () => {
    assert.equal(problem({ iat: NOW - 10, exp: NOW + 86_390 }), undefined)
    assert.equal(problem({ iat: NOW - 11, exp: NOW + 86_390 }), 'lifetime')
    assert.equal(problem({ iat: undefined, exp: NOW + 86_405 }), undefined)
    assert.equal(problem({ iat: undefined, exp: NOW + 86_406 }), 'lifetime')
    assert.equal(problem({ iat: NOW - 86_400 * 30, exp: NOW + 60 }), 'lifetime')
  })

  test('iat and nbf may be missing', () => {
    assert.equal(problem({ iat: undefined, nbf: undefined }), undefined)
  })
})

suite('other tokens than access tokens', () => {
  for (const type of ['at+jwt', 'jwt', 'none']) {
    test(`typ ${type} may be an access token`, () => assert.equal(problem({}, type), undefined))
  }
  for (const type of ['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'id+jwt', 'jose', '', 'token-introspection+jwt']) {
    test(`typ ${JSON.stringify(type)} is none`, () => assert.equal(problem({}, type), 'typ'))
  }
  for (const claim of ['at_hash', 'c_hash', 's_hash']) {
    test(`${claim} marks an ID token`, () => assert.equal(problem({ [claim]: 'x' }), 'ID token'))
  }
  for (const typ of ['ID', 'Refresh', 'Offline', 'Logout']) {
    test(`the claim typ "${typ}" is another token's`, () => assert.equal(problem({ typ }), 'typ claim'))
  }
  test('the claim typ "Bearer" is an access token\'s', () => assert.equal(problem({ typ: 'Bearer' }), undefined))
  test('token_use id marks an ID token', () => assert.equal(problem({ token_use: 'id' }), 'ID token'))
  test('a nonce without scopes marks an ID token, unless the type says otherwise', () => {
    assert.equal(problem({ nonce: 'n', scope: undefined }, 'jwt'), 'ID token')
    assert.equal(problem({ nonce: 'n', scope: undefined }, 'at+jwt'), undefined)
    assert.equal(problem({ nonce: 'n' }, 'jwt'), undefined)
  })
  test('events mark a security event or logout token', () => {
    assert.equal(problem({ events: {} }), 'security event token')
  })
  test('a token that is bound to a key is no bearer token, however it is bound', () => {
    for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}, null, undefined]) {
      assert.equal(problem({ cnf }), 'bound token')
    }
  })
  test('htm and htu mark a DPoP proof', () => {
    assert.equal(problem({ htm: 'GET' }, 'jwt'), 'DPoP proof')
    assert.equal(problem({ htu: 'https://api.example.test/' }, 'jwt'), 'DPoP proof')
  })
})

suite('the profile rfc9068', () => {
  for (const type of ['jwt', 'none']) {
    test(`typ ${type} is not enough`, () => assert.equal(problem({}, type, { profile: 'rfc9068' }), 'typ'))
  }
  for (const claim of ['sub', 'client_id', 'iat', 'jti']) {
    test(`${claim} is required`, () => {
      assert.equal(problem({ [claim]: undefined }, 'at+jwt', { profile: 'rfc9068' }), `no ${claim}`)
    })
  }
  test('its tokens pass', () => assert.equal(problem({}, 'at+jwt', { profile: 'rfc9068' }), undefined))
})
