import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { issuerKeys, type KeySource } from '../../../../lib/authenticate/jwt/issuer-keys.ts'
import { dangerouslyAllowHttp } from '../../../../lib/options.ts'
import { ISSUER, NOW } from '../../../support/access-token.ts'
import { testClock } from '../../../support/clock.ts'
import { type FakeIssuer, fakeIssuer } from '../../../support/fake-issuer.ts'
import { atOnce } from '../../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { createSigningKey } from '../../../support/signing-key.ts'

const { jwk } = createSigningKey('ES256')
const jwks = { keys: [jwk] }
const DISCOVERY = '/.well-known/openid-configuration'

function keysFrom(options: Partial<KeySource>, remote: FakeIssuer = fakeIssuer(), now: () => number = () => NOW) {
  const effects = { fetch: remote.fetch, now, warn: () => undefined }
  return issuerKeys('test', { issuer: ISSUER, ...options }, effects)
}

test('keys that are given are there at once, and nothing is fetched', () => {
  const remote = fakeIssuer()
  const keySet = keysFrom({ keys: jwks }, remote)
  assert.ok(atOnce(keySet.find('key-1', 'ES256')))
  assert.equal(keySet.find('other', 'ES256'), undefined)
  assert.deepEqual(remote.asked, [])
})

test('a secret is the only key', () => {
  assert.ok(atOnce(keysFrom({ secret: 'x'.repeat(32) }).find(undefined, 'HS256')))
})

test('a jwksUri is fetched with the first token, without discovery', async () => {
  const remote = fakeIssuer({ '/keys': jwks })
  const keySet = keysFrom({ jwksUri: `${ISSUER}/keys` }, remote)
  assert.deepEqual(remote.asked, [])
  assert.ok(await keySet.find('key-1', 'ES256'))
  assert.deepEqual(remote.asked, [`${ISSUER}/keys`])
})

test('without any of them keys are found by discovery', async () => {
  const remote = fakeIssuer({ [DISCOVERY]: { issuer: ISSUER, jwks_uri: `${ISSUER}/found` }, '/found': jwks })
  assert.ok(await keysFrom({}, remote).find('key-1', 'ES256'))
  assert.deepEqual(remote.asked, [`${ISSUER}${DISCOVERY}`, `${ISSUER}/found`])
})

test('a document of another issuer is not believed', async () => {
  const remote = fakeIssuer({
    [DISCOVERY]: { issuer: 'https://evil.example.test', jwks_uri: `${ISSUER}/found` },
    '/found': jwks,
  })
  await assert.rejects(async () => keysFrom({}, remote).find('key-1', 'ES256'), /another issuer/)
  assert.equal(remote.asked.length, 1)
})

test('the times of a key set are the ones given, and otherwise the usual', async () => {
  const clock = testClock()
  const remote = fakeIssuer({ '/keys': jwks })
  const options = { jwksUri: `${ISSUER}/keys`, keySet: { cooldownSeconds: 100 } }
  const keySet = keysFrom(options, remote, clock.now)
  await keySet.find('key-1', 'ES256')
  clock.advance(99)
  assert.equal(keySet.find('unknown', 'ES256'), undefined)
  assert.equal(remote.asked.length, 1)
  clock.advance(1)
  assert.equal(await keySet.find('unknown', 'ES256'), undefined)
  assert.equal(remote.asked.length, 2)
})

suite('refused', () => {
  const uri = `${ISSUER}/keys`
  const secret = 'x'.repeat(32)
  const refused: readonly (readonly [string, unknown, ...string[]])[] = [
    ['two places', { jwksUri: uri, keys: jwks }, '"jwksUri", "keys" and "secret"'],
    ['a secret and keys', { secret, keys: jwks }, '"jwksUri", "keys" and "secret"'],
    ['a secret and a place', { secret, jwksUri: uri }, '"jwksUri", "keys" and "secret"'],
    ['all three', { secret, jwksUri: uri, keys: jwks }, '"jwksUri", "keys" and "secret"'],
    ['a place over http', { jwksUri: 'http://issuer.example.test/keys' }, '"jwksUri"'],
    ['discovery over http', { issuer: 'http://issuer.example.test' }, '"issuer"'],
    ['discovery at no URL', { issuer: 'issuer' }, '"issuer"'],
    ['keys that are none', { keys: { keys: [] } }, '"keys"'],
    ['a key set of secrets', { keys: { keys: [createSigningKey('HS256').jwk] } }, '"keys"', 'symmetric'],
    ['an unknown time', { keySet: { maxAge: 1 } }, 'keySet', 'unknown option "maxAge"'],
    ['a time that is none', { keys: jwks, keySet: { refreshAfterSeconds: Number.NaN } }, '"refreshAfterSeconds"'],
  ]
  for (const [name, options, ...words] of refused) {
    test(name, () => assertRefusedOption(() => keysFrom(untyped(options)), 'test', ...words))
  }

  test('http is for those who say that it is dangerous', () => {
    assert.doesNotThrow(() => keysFrom({ issuer: 'http://issuer.example.test', [dangerouslyAllowHttp]: true }))
  })
})
