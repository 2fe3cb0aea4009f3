import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError } from '../../../lib/errors.ts'
import { type IdentityOptions, identityHeaders } from '../../../lib/propagate/identity-headers.ts'
import { principal } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const certificate = { commonName: 'orders', serialNumber: '0A', verify: 'SUCCESS' }
const partner = principal({ kind: 'client', subject: 'partner', method: 'mtls', claims: { certificate } })
const NAMES = ['x-client-cn', 'x-client-serial', 'x-client-verify']

function sent(options: IdentityOptions, who = partner) {
  const headers = identityHeaders(options, false).of(who)
  return headers instanceof AuthError ? headers : NAMES.map((name) => headers[name])
}

test('of a certificate the upstream is told when asked, and no client may send it in either case', () => {
  assert.deepEqual(sent({ certificate: true }), ['orders', '0A', 'SUCCESS'])
  assert.deepEqual(sent({}), [undefined, undefined, undefined])
  for (const options of [{}, { certificate: true }]) {
    const { managed } = identityHeaders(options, false)
    for (const name of NAMES) assert.ok(managed.includes(name), name)
  }
})

test('a token that claims a certificate has none', () => {
  const forged = principal({ method: 'jwt', claims: { certificate } })
  assert.deepEqual(sent({ certificate: true }, forged), [undefined, undefined, undefined])
})

test('a name that no header can hold is no identity', () => {
  const odd = principal({
    ...{ kind: 'client', subject: 'partner', method: 'mtls' },
    claims: { certificate: { ...certificate, commonName: 'a\nb' } },
  })
  assert.ok(sent({ certificate: true }, odd) instanceof AuthError)
})

test('options are checked', () => {
  assertRefusedOption(() => identityHeaders(untyped({ certificate: 'yes' }), false), 'certificate')
  const twice = { certificate: true, claims: { 'X-Client-CN': 'name' } }
  assertRefusedOption(() => identityHeaders(twice, false), 'X-Client-CN'.toLowerCase())
})
