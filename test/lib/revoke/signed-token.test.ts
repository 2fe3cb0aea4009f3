import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { suite, test } from 'node:test'
import { createIssuer } from '../../../lib/authenticate/jwt/issuer.ts'
import { byIssuer, claimProblem, endOfSecond, namedIssuer, verifySignature } from '../../../lib/revoke/signed-token.ts'
import { ISSUER, NOW } from '../../support/access-token.ts'
import { LOGOUT_CLIENT as AUDIENCE, logoutClaims } from '../../support/logout-token.ts'
import { assertRefusedOption } from '../../support/refused-option.ts'
import { createSigningKey, encode } from '../../support/signing-key.ts'

const key = createSigningKey()
const stranger = createSigningKey()
const effects = { fetch: () => Promise.reject(new Error('no network')), now: () => NOW, warn: () => undefined }
const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] as const, keys: { keys: [key.jwk] } }
const issuer = createIssuer('test', options, effects)

suite('a signature is of the issuer that is asked about', () => {
  test('and then its token says what it says', async () => {
    const claims = logoutClaims()
    const signed = await verifySignature(key.sign(claims, { typ: 'logout+jwt' }), issuer)
    assert.deepEqual(signed, {
      header: { algorithm: 'ES256', keyId: 'key-1', type: 'logout+jwt' },
      claims: JSON.parse(JSON.stringify(claims)),
    })
  })

  const none = `${encode({ alg: 'none', kid: 'key-1' })}.${encode(logoutClaims())}`
  const hmacHead = `${encode({ alg: 'HS256', kid: 'key-1' })}.${encode(logoutClaims())}`
  const publicKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' })
  const hmac = createHmac('sha256', publicKey).update(hmacHead).digest('base64url')
  const tokens: Readonly<Record<string, readonly [token: string, problem: string]>> = {
    'of another key': [stranger.sign(logoutClaims()), 'signature'],
    'of a key with another name': [createSigningKey('ES256', 'key-2').sign(logoutClaims()), 'key'],
    'without a name of a key': [key.sign(logoutClaims(), { kid: undefined }), 'key'],
    'by another algorithm': [createSigningKey('RS256').sign(logoutClaims()), 'algorithm'],
    'with the public key as a secret': [`${hmacHead}.${hmac}`, 'algorithm'],
    'by none, with something in its place': [`${none}.eA`, 'algorithm'],
    'by none': [`${none}.`, 'malformed'],
    'of another payload': [swapPayload(key.sign(logoutClaims()), logoutClaims({ sub: 'bob' })), 'signature'],
    'of a token that names another issuer': [key.sign(logoutClaims({ iss: 'https://else.test' })), 'issuer'],
    'of no token': ['no token', 'malformed'],
    'with extensions': [key.sign(logoutClaims(), { crit: ['exp'] }), 'malformed'],
  }
  for (const [name, [token, problem]] of Object.entries(tokens)) {
    test(`not ${name}`, async () => assert.equal(await verifySignature(token, issuer), problem))
  }
})

function swapPayload(token: string, claims: unknown): string {
  const [header, , signature] = token.split('.')
  return [header, encode(claims), signature].join('.')
}

test('keys that cannot be had are no bad token', async () => {
  const { keys: _, ...remote } = options
  const absent = createIssuer('test', { ...remote, jwksUri: 'https://issuer.example.test/jwks' }, effects)
  await assert.rejects(verifySignature(key.sign(logoutClaims()), absent), { name: 'DependencyError' })
})

test('a token names its issuer before it is verified', () => {
  assert.equal(namedIssuer(key.sign({ iss: 'x' })), 'x')
  for (const token of ['', 'a.b', `${encode({})}.${encode('[]')}.x`, 'a.b.c.d']) {
    assert.equal(namedIssuer(token), undefined, token)
  }
})

suite('what every token says', () => {
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, string | undefined])[] = [
    ['is for us', {}, undefined],
    ['may be for others too', { aud: ['else', AUDIENCE] }, undefined],
    ['is not for others only', { aud: 'else' }, 'audience'],
    ['is not for nobody', { aud: undefined }, 'audience'],
    ['is not for everybody', { aud: [] }, 'audience'],
    ['says when it was made', { iat: undefined }, 'iat'],
    ['says it as a number', { iat: String(NOW) }, 'iat'],
    ['was not made in the future', { iat: NOW + 6 }, 'issued in the future'],
    ['may be made by a clock that is a little ahead', { iat: NOW + 5 }, undefined],
    ['may have no end', { exp: undefined }, undefined],
    ['has an end that is a time', { exp: 'soon' }, 'exp'],
    ['ends', { exp: NOW - 5 }, 'expired'],
    ['may end by a clock that is a little behind', { exp: NOW - 4 }, undefined],
    ['has a name', { jti: undefined }, 'jti'],
    ['has a name that is text', { jti: 7 }, 'jti'],
  ]
  for (const [name, changes, problem] of cases) {
    test(name, () => assert.equal(claimProblem(logoutClaims(changes), issuer, NOW), problem))
  }
})

test('signers are found by their issuer, each once', () => {
  assert.deepEqual([...byIssuer('f', 'list', [{ issuer }]).keys()], [ISSUER])
  assertRefusedOption(() => byIssuer('f', 'list', []), '"list" must list at least one')
  assertRefusedOption(() => byIssuer('f', 'list', [{ issuer }, { issuer }]), '"list" names one issuer twice')
})

test('what happened in a second may have happened at its end', () => {
  assert.deepEqual([endOfSecond(7), endOfSecond(7.2), endOfSecond(7.999)], [8, 8, 8])
})
