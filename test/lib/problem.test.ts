import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createChallenge } from '../../lib/challenge.ts'
import { AUTH_ERRORS, AuthError, type AuthErrorCode } from '../../lib/errors.ts'
import { answerError, PROBLEM_TYPE_PREFIX } from '../../lib/problem.ts'

const BEARER = createChallenge('Bearer', { realm: 'api' })

suite('problem details (RFC 9457)', () => {
  for (const [code, { status, title }] of Object.entries(AUTH_ERRORS)) {
    test(code, () => {
      const { headers, body, ...answer } = answerError(
        new AuthError(code as AuthErrorCode, { reason: 'the reason' }),
        'id-1',
        [],
      )
      assert.equal(answer.status, status)
      assert.deepEqual(JSON.parse(body), { type: PROBLEM_TYPE_PREFIX + code, title, status, code, requestId: 'id-1' })
      assert.deepEqual(headers, {
        'content-type': 'application/problem+json',
        'content-length': String(body.length),
        'cache-control': 'no-store',
        'x-request-id': 'id-1',
        // Nothing behind a malformed request counts, and what is too large is not read to its end.
        ...([400, 408, 413].includes(status) && { connection: 'close' }),
      })
    })
  }

  test('tell a detail, and never the reason or the cause', () => {
    const error = new AuthError('invalid_token', {
      reason: 'secret reason',
      detail: 'A detail.',
      cause: new Error('secret cause'),
    })
    const { body } = answerError(error, 'id-1', [])
    assert.equal(JSON.parse(body).detail, 'A detail.')
    assert.ok(!body.includes('secret'))
  })

  test('are measured in bytes', () => {
    const { headers, body } = answerError(
      new AuthError('invalid_token', { reason: 'r', detail: 'caf\u00e9' }),
      'id-1',
      [],
    )
    assert.equal(headers['content-length'], String(Buffer.byteLength(body)))
  })
})

suite('challenges', () => {
  const challengeFor = (error: AuthError) => answerError(error, 'id-1', [BEARER]).headers['www-authenticate']
  test('tell no error when nothing was presented', () => {
    assert.equal(challengeFor(new AuthError('unauthenticated', { reason: 'r' })), 'Bearer realm="api"')
  })
  test('tell the error when a credential was bad', () => {
    assert.equal(
      challengeFor(new AuthError('invalid_token', { reason: 'r' })),
      'Bearer realm="api", error="invalid_token"',
    )
  })
  test('tell the scope that is needed', () => {
    const error = new AuthError('insufficient_scope', { reason: 'r', scope: 'a b' })
    assert.equal(challengeFor(error), 'Bearer realm="api", error="insufficient_scope", scope="a b"')
  })
  test('are left out where there are none', () => {
    assert.ok(!('www-authenticate' in answerError(new AuthError('access_denied', { reason: 'r' }), 'id-1', []).headers))
  })
})

test('Retry-After is whole seconds, rounded up', () => {
  const error = new AuthError('temporarily_unavailable', { reason: 'r', retryAfterSeconds: 1.2 })
  assert.equal(answerError(error, 'id-1', []).headers['retry-after'], '2')
})

test('Retry-After is always digits', () => {
  const error = new AuthError('temporarily_unavailable', { reason: 'down', retryAfterSeconds: 1e308 })
  assert.equal(answerError(error, 'id-1', []).headers['retry-after'], '2147483647')
})

test('header fields that could not be sent, or would frame the answer, are refused', () => {
  const names = ['a b', '', 'a\r\nb', 'Content-Length', 'transfer-encoding', 'Connection', 'upgrade']
  for (const name of names) {
    const error = new AuthError('access_denied', { reason: 'r', answerHeaders: { [name]: 'x' } })
    assert.throws(() => answerError(error, 'id-1', []), TypeError, name)
  }
  const error = new AuthError('access_denied', { reason: 'r', answerHeaders: { 'DPoP-Nonce': 'n' } })
  assert.equal(answerError(error, 'id-1', []).headers['dpop-nonce'], 'n')
})

test('a 401 has the header fields of its challenges, a list where two have one; other answers have none', () => {
  const asking = (value: string) => createChallenge('A', {}, { 'accept-signature': value })
  const headers = (code: 'unauthenticated' | 'insufficient_scope', ...values: readonly string[]) =>
    answerError(new AuthError(code, { reason: 'r' }), 'id-1', values.map(asking)).headers
  assert.equal(headers('unauthenticated', 'a=()')['accept-signature'], 'a=()')
  assert.equal(headers('unauthenticated', 'a=()', 'b=()')['accept-signature'], 'a=(), b=()')
  assert.equal(headers('insufficient_scope', 'a=()')['accept-signature'], undefined)
  assert.throws(() => headers('unauthenticated', 'a\r\nb'), TypeError)
})
