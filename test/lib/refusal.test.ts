import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { anonymous } from '../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../lib/authenticate/any-of.ts'
import { AuthError, type AuthErrorCode } from '../../lib/errors.ts'
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
