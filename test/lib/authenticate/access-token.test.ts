import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type AccessTokenOptions, accessTokenAuthenticator } from '../../../lib/authenticate/access-token.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { serverOptions } from '../../support/introspection-settings.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { bearer } from '../../support/request-view.ts'
import { createSigningKey } from '../../support/signing-key.ts'

const key = createSigningKey('ES256')
const issuer = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [key.jwk] } } as const
const make = (options: Readonly<Record<string, unknown>>) =>
  accessTokenAuthenticator(untyped<AccessTokenOptions>({ now: () => NOW, ...options }))

test('a JWT of a listed issuer, and of one that is found by its name', async () => {
  const token = bearer(key.sign(accessTokenClaims()))
  assert.equal((await principalIn(make({ issuers: [issuer] }).authenticate(token))).subject, 'alice')
  const resolver = async (name: string) => (name === ISSUER ? issuer : undefined)
  assert.equal((await principalIn(make({ issuers: resolver }).authenticate(token))).subject, 'alice')
  const stranger = bearer(key.sign(accessTokenClaims({ iss: 'https://stranger.example.test' })))
  assert.equal((await errorIn(make({ issuers: resolver }).authenticate(stranger))).reason, 'issuer')
})

test('what a 401 offers', () => {
  const { challenges, method } = make({ issuers: [issuer], realm: 'orders' })
  assert.deepEqual(
    [method, ...challenges.map(({ scheme, parameters }) => [scheme, parameters.realm])],
    ['access-token', ['Bearer', 'orders']],
  )
})

suite('options that are refused at boot', () => {
  const refused: readonly (readonly [Readonly<Record<string, unknown>>, ...string[]])[] = [
    [{}, '"issuers"', 'at least one issuer'],
    [{ issuers: [] }, '"issuers"'],
    [{ issuers: issuer }, '"issuers"'],
    [{ issuers: [issuer, issuer] }, '"issuers"', 'twice'],
    [{ issuers: [{ ...issuer, audience: undefined }] }, '"audience"'],
    [{ issuers: [issuer], issuer: ISSUER }, '"issuer"', '"issuers"'],
    [{ issuers: [issuer], introspection: { ...serverOptions(), endpoint: 'x' } }, '"endpoint"'],
    [{ issuers: [issuer], introspection: { ...serverOptions(), jwksUri: 'x' } }, '"jwksUri"'],
    [{ issuers: [issuer], introspection: null }, 'must be an object'],
    [{ issuers: [issuer], introspection: false }, 'must be an object'],
    [{ issuers: [issuer], introspect: serverOptions() }, '"introspect"', '"introspection"'],
    [{ issuers: [issuer], cache: 'redis' }, '"cache"'],
  ]
  for (const [options, ...words] of refused) {
    test(words.join(' '), () => assertRefusedOption(() => make(options), 'accessTokenAuthenticator', ...words))
  }
})
