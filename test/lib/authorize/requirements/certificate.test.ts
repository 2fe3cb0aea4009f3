import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { certificatePolicy } from '../../../../lib/authorize/requirements/certificate.ts'
import { joinPrincipals } from '../../../../lib/joined-principals.ts'
import { clientCertificate } from '../../../support/client-certificate.ts'
import { atOnce, principal } from '../../../support/outcomes.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'
import { requestView } from '../../../support/request-view.ts'

const certificate = new Uint8Array([1, 2, 3])
const thumbprint = createHash('sha256').update(certificate).digest('base64url')

function allows(fields: Parameters<typeof principal>[0], der?: Uint8Array): boolean {
  const request = requestView({}, der ? { clientCertificate: clientCertificate(der) } : {})
  return atOnce(certificatePolicy(true).decide(principal(fields), request)).allow
}

test('who is authenticated by a certificate may', () => assert.ok(allows({ method: 'mtls' })))

test('so may who presents a token with the certificate that it is bound to', () => {
  assert.ok(allows({ claims: { cnf: { 'x5t#S256': thumbprint } } }, certificate))
})

test('of several credentials together, one may be the certificate, whichever comes first', () => {
  const [token, mtls] = [principal({ method: 'jwt' }), principal({ method: 'mtls' })]
  const allowed = (...parts: (typeof token)[]) =>
    atOnce(certificatePolicy(true).decide(joinPrincipals(principal({ method: 'jwt' }), parts), requestView())).allow
  assert.ok(allowed(token, mtls) && allowed(mtls, token))
  assert.ok(!allowed(token, token))
})

test('a certificate, or a binding, alone proves nothing', () => {
  assert.ok(!allows({}, certificate))
  assert.ok(!allows({ claims: { cnf: { 'x5t#S256': thumbprint } } }))
  assert.ok(!allows({ claims: { cnf: { 'x5t#S256': thumbprint } } }, new Uint8Array([9])))
  for (const cnf of [{ jkt: thumbprint }, {}, null, thumbprint, true])
    assert.ok(!allows({ claims: { cnf } }, certificate))
})

test('it is not asked for where nobody can have one', () => {
  const offered = (...methods: string[]) => ({ methods, issuers: [], canIntrospect: false })
  assertRefusedOption(() => certificatePolicy(true, offered('api-key', 'hmac')), '"certificate"', 'api-key, hmac')
  for (const method of ['mtls', 'jwt', 'introspection', 'of-my-own'])
    certificatePolicy(true, offered('api-key', method))
})

test('it can only be asked for', () => {
  for (const value of [false, 'yes', 1])
    assertRefusedOption(() => certificatePolicy(value), '"certificate" can only be true')
})
