import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AUTH_ERRORS, AuthError, type AuthErrorCode, DependencyError, unavailable } from '../../lib/errors.ts'

suite('every code has its status and a title', () => {
  const statuses = {
    invalid_request: 400,
    unauthenticated: 401,
    invalid_token: 401,
    invalid_dpop_proof: 401,
    use_dpop_nonce: 401,
    insufficient_user_authentication: 401,
    insufficient_scope: 403,
    access_denied: 403,
    request_timeout: 408,
    content_too_large: 413,
    misdirected_request: 421,
    too_many_requests: 429,
    temporarily_unavailable: 503,
  }
  test('and there are no others', () => assert.deepEqual(Object.keys(AUTH_ERRORS).sort(), Object.keys(statuses).sort()))
  for (const [code, status] of Object.entries(statuses)) {
    test(code, () => {
      const error = new AuthError(code as AuthErrorCode, { reason: 'r' })
      assert.equal(error.status, status)
      assert.equal(error.message, AUTH_ERRORS[code as AuthErrorCode].title)
      assert.equal(error.expose, true)
    })
  }
})

test('an error is a value: it has no stack trace, and those of others are as long as before', () => {
  const limit = Error.stackTraceLimit
  const error = new AuthError('invalid_token', { reason: 'expired' })
  assert.ok(!error.stack?.includes('\n    at '))
  assert.equal(Error.stackTraceLimit, limit)
})

test('the message never tells the reason', () => {
  const error = new AuthError('invalid_token', { reason: 'the reason', cause: new Error('the cause') })
  assert.ok(!error.message.includes('reason') && !error.message.includes('cause'))
  assert.equal(new AuthError('invalid_token', { reason: 'r' }).cause, undefined)
})

test('what an error adds to the challenge and to the answer is empty, unless it is given', () => {
  const plain = new AuthError('invalid_token', { reason: 'r' })
  assert.deepEqual([plain.challengeParameters, plain.answerHeaders], [{}, {}])
  const parameters = { acr_values: 'urn:example:mfa' }
  const error = new AuthError('insufficient_user_authentication', { reason: 'acr', challengeParameters: parameters })
  assert.deepEqual(error.challengeParameters, parameters)
  const answerHeaders = { 'dpop-nonce': 'n' }
  assert.deepEqual(new AuthError('use_dpop_nonce', { reason: 'nonce', answerHeaders }).answerHeaders, answerHeaders)
})

test('a wait that is none is not told', () => {
  for (const wait of [Number.NaN, -1, Number.POSITIVE_INFINITY, undefined]) {
    assert.equal(
      new AuthError('too_many_requests', { reason: 'r', retryAfterSeconds: wait }).retryAfterSeconds,
      undefined,
    )
  }
})

suite('whatever is thrown is 503', () => {
  for (const thrown of [undefined, null, 0, '', 'text', {}, new Error('x'), new TypeError('x'), Symbol('x')]) {
    test(String(thrown), () => {
      const error = unavailable(thrown)
      assert.deepEqual([error.code, error.status, error.reason], ['temporarily_unavailable', 503, 'unexpected failure'])
      assert.equal(error.cause, thrown)
      assert.equal(error.retryAfterSeconds, 1)
    })
  }
  test('a dependency is named', () => {
    const error = unavailable(new DependencyError('key store', 'is down'))
    assert.deepEqual([error.status, error.reason, error.retryAfterSeconds], [503, 'key store', 1])
  })
  test('a dependency that asks to be left alone for a while is left alone for as long', () => {
    const error = unavailable(
      new DependencyError('introspection', 'answered 429', { status: 429, retryAfterSeconds: 17 }),
    )
    assert.deepEqual([error.status, error.retryAfterSeconds], [503, 17])
  })
  test('an AuthError stays what it is', () => {
    const error = new AuthError('access_denied', { reason: 'x' })
    assert.equal(unavailable(error), error)
  })
})
