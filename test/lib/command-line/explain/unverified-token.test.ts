import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rehearse } from '../../../../lib/authenticate/rehearsal.ts'
import { NOT_VERIFIED, unverifiedTokens } from '../../../../lib/command-line/explain/unverified-token.ts'
import { accessTokenClaims, NOW } from '../../../support/access-token.ts'
import { errorIn, principalIn } from '../../../support/outcomes.ts'
import { bearer, requestView } from '../../../support/request-view.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const { sign } = createSigningKey()
const tokens = unverifiedTokens(() => NOW)

test('claims are taken as they stand, and that is told', async () => {
  const { answer, untold } = await rehearse(tokens, bearer(sign(accessTokenClaims())))
  const { subject, roles, scopes, tenantId } = await principalIn(answer)
  assert.deepEqual(
    [subject, roles, scopes, tenantId],
    ['alice', ['editor'], ['read:orders', 'write:orders'], 'tenant_xyz'],
  )
  assert.deepEqual(untold, [NOT_VERIFIED])
})

test('a token that is bound to a key is taken without its proof, and that is told', async () => {
  const { untold } = await rehearse(tokens, bearer(sign(accessTokenClaims({ cnf: { jkt: 'x' } }))))
  assert.equal(untold.length, 2)
  assert.match(untold[1] ?? '', /holds the key/)
})

test('without a token nobody is known', async () => {
  assert.deepEqual(await rehearse(tokens, requestView()), { answer: { outcome: 'absent' }, untold: [] })
})

test('what is no JWT, or not of this time, is refused', async () => {
  const reasonOf = async (token: string) => (await errorIn((await rehearse(tokens, bearer(token))).answer)).reason
  assert.equal(await reasonOf('opaque'), 'not a JWT')
  assert.equal(await reasonOf('a.b.c'), 'not a JWT')
  assert.equal(await reasonOf(sign(accessTokenClaims({ exp: NOW }))), 'expired')
  assert.equal(await reasonOf(sign(accessTokenClaims({ nbf: NOW + 1 }))), 'not yet valid')
  assert.equal(await reasonOf(sign(accessTokenClaims({ roles: ['a,b'] }))), 'roles cannot be represented')
})
