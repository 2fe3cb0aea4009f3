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
  suite('an ID token of an app that shares its name with this API', () => {
    const idToken = { azp: AUDIENCE, client_id: undefined, scope: undefined }
    test('is one: for its client alone, and without a scope', () => {
      for (const aud of [AUDIENCE, [AUDIENCE]]) assert.equal(problem({ ...idToken, aud }, 'jwt'), 'ID token')
      assert.equal(problem({ client_id: AUDIENCE, scope: undefined }, 'none'), 'ID token')
    })
    const others: Readonly<Record<string, Record<string, unknown>>> = {
      'an access token with scopes': { scope: 'read' },
      'an access token with scp': { scp: ['read'] },
      'an access token for others as well': { aud: [AUDIENCE, 'https://other.example.test'] },
      'an access token of another client': { azp: 'web-app' },
      'an access token of no client': { azp: undefined },
      "a client's own": { sub: AUDIENCE },
      "a client's own of Entra ID": { sub: 'o1', oid: 'o1' },
    }
    for (const [name, changes] of Object.entries(others)) {
      test(`${name} is none`, () => assert.equal(problem({ ...idToken, ...changes }, 'jwt'), undefined))
    }
    test('nor is what says that it is an access token', () => {
      assert.equal(problem(idToken, 'at+jwt'), undefined)
    })
  })
  test('events mark a security event or logout token', () => {
    assert.equal(problem({ events: {} }), 'security event token')
  })
  test('a token whose subject is its issuer is a client assertion', () => {
    assert.equal(problem({ sub: ISSUER }), 'client assertion')
    assert.equal(problem({ sub: undefined, iss: undefined }), 'issuer')
  })
  test('htm and htu mark a DPoP proof', () => {
    assert.equal(problem({ htm: 'GET' }, 'jwt'), 'DPoP proof')
    assert.equal(problem({ htu: 'https://api.example.test/' }, 'jwt'), 'DPoP proof')
  })
})

suite('a token that is bound to a key of its holder', () => {
  const thumbprint = 'A'.repeat(43)
  const bindings = [{ jkt: thumbprint }, { 'x5t#S256': thumbprint }, { jkt: thumbprint, 'x5t#S256': thumbprint }]

  test('passes here, for its proof is judged after this, and is refused where none is taken', () => {
    for (const cnf of bindings) {
      assert.equal(problem({ cnf }), undefined)
      assert.equal(problem({ cnf }, 'at+jwt', { proofOfPossession: 'required' }), undefined)
      assert.equal(problem({ cnf }, 'at+jwt', { proofOfPossession: 'refused' }), 'bound token')
    }
  })

  test('is the only one that passes where a proof is required', () => {
    assert.equal(problem({}, 'at+jwt', { proofOfPossession: 'required' }), 'token not bound')
    assert.equal(problem({}, 'at+jwt', { proofOfPossession: 'refused' }), undefined)
  })

  test('in a way that we cannot check is refused', () => {
    for (const cnf of [
      { jkt: 'x' },
      { 'x5t#S256': 'x' },
      { jwk: {} },
      { jkt: thumbprint, kid: 'k' },
      {},
      null,
      'x',
      [],
    ]) {
      assert.equal(problem({ cnf }), 'confirmation method', JSON.stringify(cnf))
    }
  })
})

suite('the audience in client_id', () => {
  const rules: Partial<ClaimRules> = { audienceClaim: 'client_id', audiences: new Set(['web-app']) }

  test('counts instead of aud', () => {
    assert.equal(problem({ aud: undefined }, 'at+jwt', rules), undefined)
    assert.equal(problem({ aud: 'https://other.example.test' }, 'at+jwt', rules), undefined)
  })

  test('must be named all the same', () => {
    assert.equal(problem({ aud: 'web-app', client_id: 'other-app' }, 'at+jwt', rules), 'audience')
    assert.equal(problem({ aud: 'web-app', client_id: undefined }, 'at+jwt', rules), 'audience')
  })

  test('is not looked at otherwise', () => {
    assert.equal(problem({ aud: undefined, client_id: AUDIENCE }), 'audience')
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
