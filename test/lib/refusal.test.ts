import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anonymous } from '../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import type { Authenticator } from '../../lib/authenticate/authenticator.ts'
import { createChallenge } from '../../lib/challenge.ts'
import { AUTH_ERRORS, AuthError, type AuthErrorCode } from '../../lib/errors.ts'
import { createRefuse } from '../../lib/refusal.ts'
import { headerAuthenticator } from '../support/fake-authenticator.ts'
import { requestView } from '../support/request-view.ts'

const refuse = createRefuse(
  anyOf(headerAuthenticator('x-first', {}), anyOf(headerAuthenticator('x-second', {}), anonymous())),
)
const offered = (code: AuthErrorCode, request?: ReturnType<typeof requestView>) =>
  refuse(new AuthError(code, { reason: 'r' }), request).answer.headers['www-authenticate']

suite('a 401 offers', () => {
  test('everything that could help, when nothing was presented', () => {
    assert.equal(offered('unauthenticated', requestView()), 'Fake name="x-first", Fake name="x-second"')
  })
  test('everything, when one of several credentials is missing', () => {
    assert.match(offered('unauthenticated', requestView({ 'x-first': 'good' })) ?? '', /x-first.*x-second/)
  })
  test('only what was presented and is bad', () => {
    assert.equal(
      offered('invalid_token', requestView({ 'x-second': 'bad' })),
      'Fake name="x-second", error="invalid_token"',
    )
  })
  test('everything, when it is not known what was presented', () => {
    assert.match(offered('invalid_token') ?? '', /x-first.*x-second/)
    assert.match(offered('invalid_token', requestView()) ?? '', /x-first.*x-second/)
  })
})

test('a 403 for want of scopes offers the method that was used', () => {
  assert.equal(
    offered('insufficient_scope', requestView({ 'x-first': 'good' })),
    'Fake name="x-first", error="insufficient_scope"',
  )
})

test('other refusals offer nothing', () => {
  for (const code of ['invalid_request', 'access_denied', 'misdirected_request', 'temporarily_unavailable'] as const) {
    assert.equal(offered(code, requestView({ 'x-first': 'a' })), undefined)
  }
})

test("a refusal has the request's id, or a new one", () => {
  const error = new AuthError('access_denied', { reason: 'r' })
  const known = refuse(error, requestView())
  assert.deepEqual([known.allowed, known.requestId, known.error], [false, 'request-1', error])
  assert.notEqual(refuse(error).requestId, refuse(error).requestId)
})

suite('of several schemes of one method, it offers the one that was used', () => {
  const SCHEMES = ['Bearer', 'DPoP'].map((scheme) => createChallenge(scheme, { realm: 'r' }))
  const SOURCES = [
    { header: 'authorization', scheme: 'Bearer' },
    { header: 'authorization', scheme: 'DPoP' },
    { header: 'dpop' },
  ]
  const tokens: Authenticator = { ...headerAuthenticator('authorization', {}), challenges: SCHEMES, sources: SOURCES }
  const answer = createRefuse(anyOf(headerAuthenticator('x-first', {}), tokens))
  const challengeFor = (code: AuthErrorCode, credentials: Readonly<Record<string, string>>) =>
    answer(new AuthError(code, { reason: 'r' }), requestView(credentials)).answer.headers['www-authenticate']
  const CODES = (Object.keys(AUTH_ERRORS) as AuthErrorCode[]).filter(
    (code) => code === 'insufficient_scope' || (AUTH_ERRORS[code].status === 401 && code !== 'unauthenticated'),
  )

  test('there are errors to look at', () => assert.ok(CODES.length >= 5))
  for (const code of CODES) {
    test(code, () => {
      const offer = (scheme: string) => `${scheme} realm="r", error="${code}"`
      assert.equal(challengeFor(code, { authorization: 'Bearer t' }), offer('Bearer'))
      assert.equal(challengeFor(code, { authorization: 'bearer t' }), offer('Bearer'))
      assert.equal(challengeFor(code, { authorization: 'Bearer t', dpop: 'p' }), offer('Bearer'))
      assert.equal(challengeFor(code, { authorization: 'DPoP t', dpop: 'p' }), offer('DPoP'))
      assert.equal(challengeFor(code, { authorization: 'dpop t' }), offer('DPoP'))
    })
  }
  test('and all of them when nothing tells which', () => {
    const both = 'Bearer realm="r", error="invalid_token", DPoP realm="r", error="invalid_token"'
    assert.equal(challengeFor('invalid_token', { dpop: 'p' }), both)
  })
  test('and none of them for another method', () => {
    assert.equal(challengeFor('invalid_token', { 'x-first': 'k' }), 'Fake name="x-first", error="invalid_token"')
    assert.match(challengeFor('unauthenticated', {}) ?? '', /^Fake .*, Bearer realm="r", DPoP realm="r"$/)
  })
})

test('what a login must be is told in every challenge that is offered', () => {
  const error = new AuthError('insufficient_user_authentication', {
    reason: 'acr',
    challengeParameters: { acr_values: 'a b', max_age: '5' },
  })
  assert.equal(
    refuse(error, requestView({ 'x-first': 'good' })).answer.headers['www-authenticate'],
    'Fake name="x-first", error="insufficient_user_authentication", acr_values="a b", max_age="5"',
  )
})
