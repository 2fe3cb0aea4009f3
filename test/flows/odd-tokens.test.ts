import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { OAuth2Server } from 'oauth2-mock-server'
import { type JwtOptions, jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { AUDIENCE } from '../support/access-token.ts'
import { errorIn, principalIn } from '../support/outcomes.ts'
import { bearer } from '../support/request-view.ts'

type Changes = Readonly<{ header?: Record<string, unknown>; payload?: Record<string, unknown>; kid?: string }>

/** Tokens with right signatures of a real issuer, and something odd in them. */
suite('tokens of an issuer that signs anything', async () => {
  const server = new OAuth2Server()
  await server.issuer.keys.generate('RS256', { kid: 'rsa' })
  await server.issuer.keys.generate('ES256', { kid: 'ec' })
  await server.issuer.keys.generate('EdDSA', { kid: 'ed' })
  await server.start(0, '127.0.0.1')
  after(() => server.stop())
  const issuer = server.issuer.url ?? assert.fail()
  const now = Math.floor(Date.now() / 1000)

  const token = ({ header = {}, payload = {}, kid = 'rsa' }: Changes = {}) =>
    server.issuer.buildToken({
      kid,
      scopesOrTransform: (head, claims) => {
        Object.assign(head, header)
        Object.assign(claims, { aud: AUDIENCE, sub: 'alice', scope: 'read:orders' }, payload)
        for (const [name, value] of Object.entries(payload)) if (value === undefined) delete claims[name]
      },
    })
  const subject = (options: Partial<JwtOptions> = {}) =>
    jwtAuthenticator({
      ...{ issuer, audience: AUDIENCE, algorithms: ['RS256', 'ES256', 'EdDSA'], warn: () => undefined, ...options },
    })
  const authenticator = subject()

  for (const kid of ['rsa', 'ec', 'ed']) {
    test(`a good one, signed with ${kid}`, async () => {
      const { subject: name, scopes } = await principalIn(authenticator.authenticate(bearer(await token({ kid }))))
      assert.deepEqual([name, [...scopes]], ['alice', ['read:orders']])
    })
  }

  const odd: Readonly<Record<string, readonly [Changes, string]>> = {
    'no audience': [{ payload: { aud: undefined } }, 'audience'],
    'an audience in an object': [{ payload: { aud: { x: AUDIENCE } } }, 'audience'],
    'another issuer': [{ payload: { iss: `${issuer}/` } }, 'issuer'],
    'no expiry': [{ payload: { exp: undefined } }, 'exp'],
    'an expiry as text': [{ payload: { exp: String(now + 60) } }, 'exp'],
    'an expiry with a fraction': [{ payload: { exp: now + 60.5 } }, 'exp'],
    'an expiry in milliseconds': [{ payload: { exp: (now + 60) * 1000 } }, 'lifetime'],
    'an expiry in the past': [{ payload: { iat: now - 120, nbf: now - 120, exp: now - 60 } }, 'expired'],
    'a life of a year': [{ payload: { exp: now + 365 * 86_400 } }, 'lifetime'],
    'an issue in the future': [{ payload: { iat: now + 600, nbf: undefined } }, 'issued in the future'],
    'a begin in the future': [{ payload: { nbf: now + 600 } }, 'not yet valid'],
    'a type of a logout token': [{ header: { typ: 'logout+jwt' } }, 'typ'],
    'a type of a DPoP proof': [{ header: { typ: 'dpop+jwt' } }, 'typ'],
    'an unencoded payload': [{ header: { b64: false } }, 'crit'],
    'an unknown kid': [{ header: { kid: 'other' } }, 'unknown key'],
    'a kid of another kind of key': [{ header: { kid: 'ec' } }, 'unknown key'],
    events: [{ payload: { events: {} } }, 'security event token'],
    'a hash of an access token': [{ payload: { at_hash: 'x' } }, 'ID token'],
    'roles that are a text': [{ payload: { roles: 'admin' } }, 'roles cannot be represented'],
    'roles with a comma': [{ payload: { roles: ['a,b'] } }, 'roles cannot be represented'],
    'a subject with a line break': [{ payload: { sub: 'a\nb' } }, 'subject cannot be represented'],
    'a subject that is a list': [{ payload: { sub: ['alice'] } }, 'subject cannot be represented'],
    'scopes that are a number': [{ payload: { scope: 42 } }, 'scopes cannot be represented'],
  }
  for (const [name, [changes, reason]] of Object.entries(odd)) {
    test(`with ${name}: ${reason}`, async () => {
      assert.equal((await errorIn(authenticator.authenticate(bearer(await token(changes))))).reason, reason)
    })
  }

  test('of an algorithm that this boundary does not list', async () => {
    const rsaOnly = subject({ algorithms: ['RS256'] })
    assert.equal((await errorIn(rsaOnly.authenticate(bearer(await token({ kid: 'ec' }))))).reason, 'algorithm')
  })

  test('that are no access tokens of RFC 9068, where those are demanded', async () => {
    const strict = subject({ profile: 'rfc9068' })
    assert.equal((await errorIn(strict.authenticate(bearer(await token())))).reason, 'typ')
    const complete = { header: { typ: 'at+jwt' }, payload: { client_id: 'web', jti: 'j' } }
    await principalIn(strict.authenticate(bearer(await token(complete))))
  })
})
