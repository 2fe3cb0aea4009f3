import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { allOf } from '../../../lib/authenticate/all-of.ts'
import { anonymous } from '../../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../../lib/authenticate/any-of.ts'
import { type Authenticator, authenticated, rejected } from '../../../lib/authenticate/authenticator.ts'
import { createChallenge } from '../../../lib/challenge.ts'
import { AuthError } from '../../../lib/errors.ts'
import { createRefuse } from '../../../lib/refusal.ts'
import type { RequestView } from '../../../lib/request-view.ts'
import { clientCertificate } from '../../support/client-certificate.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { errorIn, principal, principalIn } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'

const partner = principal({ kind: 'client', subject: 'partner' })

/** Knows a client by the certificate of its connection, if TLS found it good. */
const certificates: Authenticator = {
  method: 'mtls',
  challenges: [createChallenge('ClientCertificate')],
  sources: [],
  urlParameters: [],
  issuers: [],
  isPresented: (request: RequestView) => request.clientCertificate !== undefined,
  authenticate: ({ clientCertificate: shown }) =>
    shown?.isAuthorized ? authenticated(partner) : shown ? rejected('bad') : { outcome: 'absent' },
}
const alice = principal({ subject: 'alice' })
const tokens = headerAuthenticator('authorization', { good: alice })
const requestWith = (token: string | undefined, isAuthorized?: boolean) =>
  requestView(
    token === undefined ? {} : { authorization: token },
    isAuthorized === undefined ? {} : { clientCertificate: clientCertificate(Buffer.from('x'), { isAuthorized }) },
  )

suite('a certificate that comes with the connection', () => {
  const either = anyOf(certificates, tokens, anonymous())

  test('speaks when no other credential is presented', async () => {
    assert.equal((await principalIn(either.authenticate(requestWith(undefined, true)))).subject, 'partner')
    assert.equal((await principalIn(either.authenticate(requestWith('good', true)))).subject, 'alice')
    assert.equal((await principalIn(either.authenticate(requestWith('good', false)))).subject, 'alice')
  })

  test('rescues no bad token, and is not rescued by anonymous()', async () => {
    assert.equal((await errorIn(either.authenticate(requestWith('bad', true)))).reason, 'unknown')
    assert.equal((await errorIn(either.authenticate(requestWith(undefined, false)))).reason, 'bad')
    assert.equal((await principalIn(either.authenticate(requestWith(undefined)))).kind, 'anonymous')
  })

  test('may be one of all that are needed', async () => {
    const both = allOf([tokens, certificates], () => true)
    assert.equal((await principalIn(both.authenticate(requestWith('good', true)))).subject, 'alice')
    assert.equal((await errorIn(both.authenticate(requestWith('good')))).code, 'unauthenticated')
    assert.equal((await errorIn(both.authenticate(requestWith('good', false)))).reason, 'bad')
  })

  test('is challenged for when it failed', () => {
    const refuse = createRefuse(either)
    const { answer } = refuse(new AuthError('invalid_token', { reason: 'bad' }), requestWith(undefined, false))
    assert.match(answer.headers['www-authenticate'] ?? '', /^ClientCertificate/)
    assert.doesNotMatch(answer.headers['www-authenticate'] ?? '', /Fake/)
  })
})
