import assert from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { suite, test } from 'node:test'
import {
  type SignedAnswerOptions,
  signedAnswerKeys,
  verifiedAnswer,
} from '../../../../lib/authenticate/introspection/signed-answer.ts'
import type { JwsAlgorithm } from '../../../../lib/authenticate/jwt/algorithms.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { ISSUER, NOW } from '../../../support/access-token.ts'
import { fakeIssuer } from '../../../support/fake-issuer.ts'
import { activeAnswer } from '../../../support/introspection-answer.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'
import { createSigningKey, encode } from '../../../support/signing-key.ts'

const key = createSigningKey('ES256')
const effects = { fetch: fakeIssuer().fetch, now: () => NOW, warn: () => undefined }
const keysOf = (options: unknown, fetch = effects.fetch) =>
  signedAnswerKeys('factory', untyped<SignedAnswerOptions>(options), { issuer: ISSUER }, { ...effects, fetch })
const keys = keysOf({ algorithms: ['ES256'], keys: { keys: [key.jwk] } })
const TO_US = { issuer: ISSUER, clientId: 'gateway', now: () => NOW }

const TYPE = 'token-introspection+jwt'
const CLAIMS = { iss: ISSUER, aud: 'gateway', iat: NOW, token_introspection: activeAnswer() }
const GOOD = key.sign(CLAIMS, { typ: TYPE })

suite('a signed answer that is for us', () => {
  const good: Readonly<Record<string, string>> = {
    'as it mostly is': GOOD,
    'with the long name of its type': key.sign(CLAIMS, { typ: `application/${TYPE}` }),
    'for several clients': key.sign({ ...CLAIMS, aud: ['other', 'gateway'] }, { typ: TYPE }),
    'a minute old': key.sign({ ...CLAIMS, iat: NOW - 60 }, { typ: TYPE }),
    'of a clock that is a minute fast': key.sign({ ...CLAIMS, iat: NOW + 60 }, { typ: TYPE }),
    'without kid, from a set of one key': key.sign(CLAIMS, { typ: TYPE, kid: undefined }),
  }
  for (const [name, text] of Object.entries(good)) {
    test(name, async () => assert.deepEqual(await verifiedAnswer(text, keys, TO_US), activeAnswer()))
  }

  for (const algorithm of ['RS256', 'PS256', 'ES384', 'EdDSA'] as const satisfies readonly JwsAlgorithm[]) {
    test(`by ${algorithm}`, async () => {
      const signer = createSigningKey(algorithm)
      const known = keysOf({ algorithms: [algorithm], keys: { keys: [signer.jwk] } })
      assert.ok(await verifiedAnswer(signer.sign(CLAIMS, { typ: TYPE }), known, TO_US))
    })
  }
})

suite('a signed answer that cannot be used', () => {
  const [header = '', payload = '', signature = ''] = GOOD.split('.')
  const publicPem = createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' })
  const macced = `${encode({ alg: 'HS256', typ: TYPE, kid: 'key-1' })}.${payload}`
  const mac = createHmac('sha256', publicPem).update(macced).digest('base64url')
  const other = createSigningKey('ES256')
  const changed = (changes: Readonly<Record<string, unknown>>) => key.sign({ ...CLAIMS, ...changes }, { typ: TYPE })
  const bad: Readonly<Record<string, readonly [string, string]>> = {
    'because it is none': [JSON.stringify(activeAnswer()), 'no JWT'],
    'because there is nothing': ['', 'no JWT'],
    'with something behind it': [`${GOOD}\n`, 'no JWT'],
    'because it is encrypted': [`${GOOD}.a.b`, 'no JWT'],
    'without signature': [`${header}.${payload}.`, 'no JWT'],
    'of alg none': [`${encode({ alg: 'none', typ: TYPE })}.${payload}.${signature}`, 'algorithm'],
    'of HMAC with the public key': [`${macced}.${mac}`, 'algorithm'],
    'of an algorithm that is not listed': [createSigningKey('ES384').sign(CLAIMS, { typ: TYPE }), 'algorithm'],
    'because it is an access token': [key.sign(CLAIMS), 'typ'],
    'because it is an ID token': [key.sign(CLAIMS, { typ: 'JWT' }), 'typ'],
    'without type': [key.sign(CLAIMS, { typ: undefined }), 'typ'],
    'of another key under that kid': [other.sign(CLAIMS, { typ: TYPE }), 'signature'],
    'of an unknown kid': [key.sign(CLAIMS, { typ: TYPE, kid: 'key-2' }), 'signature'],
    'with a key of its own': [other.sign(CLAIMS, { typ: TYPE, kid: undefined, jwk: other.jwk }), 'signature'],
    'with an extension that must be understood': [key.sign(CLAIMS, { typ: TYPE, crit: ['x'] }), 'crit'],
    'with another payload': [`${header}.${encode({ ...CLAIMS, aud: ['gateway'] })}.${signature}`, 'signature'],
    'of another issuer': [changed({ iss: 'https://evil.example.test' }), 'issuer'],
    'of no issuer': [changed({ iss: undefined }), 'issuer'],
    'for another client': [changed({ aud: 'other' }), 'audience'],
    'for several others': [changed({ aud: ['other', 'gateway-2'] }), 'audience'],
    'for nobody': [changed({ aud: undefined }), 'audience'],
    'that is old': [changed({ iat: NOW - 61 }), 'iat'],
    'from the future': [changed({ iat: NOW + 61 }), 'iat'],
    'of no time': [changed({ iat: undefined }), 'iat'],
    'whose time is text': [changed({ iat: String(NOW) }), 'iat'],
    'whose payload is a list': [key.sign([CLAIMS], { typ: TYPE }), 'signature'],
  }
  for (const [name, [text, problem]] of Object.entries(bad)) {
    test(`${name}: ${problem}`, async () => {
      await assert.rejects(
        verifiedAnswer(text, keys, TO_US),
        (error) => error instanceof DependencyError && error.message.endsWith(`cannot be used: ${problem}`),
      )
    })
  }

  test('is 503 too when the keys cannot be had', async () => {
    const issuer = fakeIssuer()
    issuer.setDown(true)
    const remote = keysOf({ algorithms: ['ES256'], jwksUri: `${ISSUER}/jwks` }, issuer.fetch)
    await assert.rejects(verifiedAnswer(GOOD, remote, TO_US), { name: 'DependencyError', dependency: 'key set' })
  })
})

test('the keys are found by discovery, unless it is said where they are', async () => {
  const issuer = fakeIssuer({
    '/.well-known/openid-configuration': { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` },
    '/jwks': { keys: [key.jwk] },
  })
  assert.ok(await verifiedAnswer(GOOD, keysOf({ algorithms: ['ES256'] }, issuer.fetch), TO_US))
  assert.deepEqual(issuer.asked, [`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/jwks`])
})

suite('options that are refused at boot', () => {
  const refused: Readonly<Record<string, readonly [unknown, ...string[]]>> = {
    false: [false, 'factory.signedAnswers', 'must be an object'],
    null: [null, 'factory.signedAnswers'],
    'an unknown option': [{ algorithms: ['ES256'], algorithm: 'RS256' }, '"algorithm"', 'algorithms'],
    'no algorithms': [{}, '"algorithms"', 'at least one'],
    'none of them': [{ algorithms: [] }, '"algorithms"'],
    'no signature': [{ algorithms: ['none'] }, '"algorithms"', 'RS256'],
    'a shared secret': [{ algorithms: ['HS256'] }, '"algorithms"', 'public keys'],
    'keys and where they are': [
      { algorithms: ['ES256'], keys: { keys: [key.jwk] }, jwksUri: `${ISSUER}/jwks` },
      '"jwksUri"',
      '"keys"',
    ],
    'keys over plain HTTP': [{ algorithms: ['ES256'], jwksUri: 'http://issuer.example.test/jwks' }, '"jwksUri"'],
    'no keys': [{ algorithms: ['ES256'], keys: { keys: [] } }, '"keys"'],
  }
  for (const [name, [options, ...words]] of Object.entries(refused)) {
    test(name, () => assertRefusedOption(() => keysOf(options), 'factory.signedAnswers', ...words))
  }
})
