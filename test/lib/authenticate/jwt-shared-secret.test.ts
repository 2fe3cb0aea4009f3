import assert from 'node:assert/strict'
import { createHmac, createPublicKey, type KeyObject } from 'node:crypto'
import { suite, test } from 'node:test'
import { accessTokenAuthenticator } from '../../../lib/authenticate/access-token.ts'
import type { IssuerOptions } from '../../../lib/authenticate/jwt/issuer.ts'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { errorIn, principalIn } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { bearer } from '../../support/request-view.ts'
import { createSigningKey, encode } from '../../support/signing-key.ts'
import { carelessTokenCache } from '../../support/token-cache-spies.ts'

const shared = createSigningKey('HS256')
const SECRET = shared.privateKey.export()
const GOOD: IssuerOptions = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['HS256'], secret: SECRET }
const common = { now: () => NOW, warn: () => undefined }
const verified = (options: Partial<IssuerOptions> = {}) => jwtAuthenticator({ ...GOOD, ...options, ...common })
const claims = accessTokenClaims()

suite('HS256, alone', () => {
  test('takes the tokens of the secret, with any kid and with none', async () => {
    for (const kid of [undefined, 'key-1', 'another']) {
      await principalIn(verified().authenticate(bearer(shared.sign(claims, { kid }))))
    }
    const several = accessTokenAuthenticator({ issuers: [GOOD], ...common })
    assert.equal((await principalIn(several.authenticate(bearer(shared.sign(claims))))).subject, 'alice')
  })

  test('takes a secret that is text as its UTF-8', async () => {
    const text = 'ein Geheimnis mit Umlauten: äöü, lang genug'
    const mac = createHmac('sha256', text)
    const signed = `${encode({ alg: 'HS256' })}.${encode(claims)}`
    const token = `${signed}.${mac.update(signed).digest('base64url')}`
    await principalIn(verified({ secret: text }).authenticate(bearer(token)))
  })

  const refused: Readonly<Record<string, readonly [string, string]>> = {
    'of another secret': [createSigningKey('HS256').sign(claims), 'signature'],
    'of another algorithm of the secret': [hmac('HS512', shared.privateKey), 'algorithm'],
    'of a public key': [createSigningKey('ES256').sign(claims), 'algorithm'],
    'of none': [`${encode({ alg: 'none' })}.${encode(claims)}.AA`, 'algorithm'],
    'with the MAC cut short': [shared.sign(claims).slice(0, -2), 'signature'],
    'of another issuer': [shared.sign({ ...claims, iss: 'https://other.example.test' }), 'issuer'],
    'for another audience': [shared.sign({ ...claims, aud: 'https://other.example.test' }), 'audience'],
    'that has expired': [shared.sign({ ...claims, exp: NOW - 10 }), 'expired'],
  }
  for (const [name, [token, reason]] of Object.entries(refused)) {
    test(`refuses a token ${name}`, async () => {
      assert.equal((await errorIn(verified().authenticate(bearer(token)))).reason, reason)
    })
  }

  test('the tokens of a secret end with it, though the cache is the same', async () => {
    const cache = carelessTokenCache()
    const token = bearer(shared.sign(claims))
    await principalIn(jwtAuthenticator({ ...GOOD, ...common, cache }).authenticate(token))
    const next = createSigningKey('HS256').privateKey.export()
    const after = jwtAuthenticator({ ...GOOD, ...common, cache, secret: next })
    assert.equal((await errorIn(after.authenticate(token))).reason, 'signature')
    assert.ok(!JSON.stringify([...cache.entries]).includes(SECRET.toString('base64url').slice(0, 20)))
  })
})

function hmac(alg: string, key: KeyObject | string): string {
  const signed = `${encode({ alg, kid: 'key-1', typ: 'at+jwt' })}.${encode(claims)}`
  return `${signed}.${createHmac(`sha${alg.slice(2)}`, key)
    .update(signed)
    .digest('base64url')}`
}

suite('a public key is no secret', () => {
  for (const algorithm of ['RS256', 'ES256', 'EdDSA'] as const) {
    const signer = createSigningKey(algorithm)
    const publicKey = createPublicKey(signer.privateKey)
    const forms = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'pem' }).toString().trim(),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(signer.jwk),
    ].map(String)

    test(`an HS256 token by the public key of ${algorithm} is refused where that key verifies`, async () => {
      const options = { ...GOOD, secret: undefined, algorithms: [algorithm], keys: { keys: [signer.jwk] } }
      const subjects = [
        jwtAuthenticator(untyped({ ...options, ...common })),
        accessTokenAuthenticator({ issuers: [untyped(options)], ...common }),
        accessTokenAuthenticator({ issuers: () => untyped(options), ...common }),
      ]
      for (const subject of subjects) {
        await principalIn(subject.authenticate(bearer(signer.sign(claims))))
        for (const form of forms) {
          for (const alg of ['HS256', 'HS384', 'HS512']) {
            assert.equal((await errorIn(subject.authenticate(bearer(hmac(alg, form))))).reason, 'algorithm')
          }
        }
      }
    })

    test(`the public key of ${algorithm} in PEM is refused as a secret`, () => {
      for (const secret of forms.slice(0, 2)) {
        assertRefusedOption(() => verified({ secret }), 'jwtAuthenticator', '"secret"', 'PEM')
      }
    })
  }
})

suite('HS256 beside anything else is refused at boot', () => {
  const { jwk } = createSigningKey('ES256')
  const mixed: Readonly<Record<string, readonly [Partial<IssuerOptions>, string]>> = {
    'ES256 of the same issuer': [{ algorithms: ['HS256', 'ES256'] }, 'alone'],
    'ES256 with the secret': [{ algorithms: ['ES256'] }, '"secret"'],
    'a key set': [{ keys: { keys: [jwk] } }, '"secret"'],
    'a place of keys': [{ jwksUri: `${ISSUER}/jwks` }, '"secret"'],
    'no secret': [untyped({ secret: undefined }), '"secret"'],
    'a short secret': [{ secret: 'x'.repeat(31) }, '"secret"'],
    HS512: [untyped({ algorithms: ['HS512'] }), '"secret"'],
  }
  for (const [name, [options, word]] of Object.entries(mixed)) {
    test(name, () => assertRefusedOption(() => verified(options), 'jwtAuthenticator', word))
  }

  test('another issuer', () => {
    const other = { ...untyped<IssuerOptions>({ ...GOOD, secret: undefined }), issuer: 'https://other.example.test' }
    const issuers: readonly IssuerOptions[] = [GOOD, { ...other, algorithms: ['ES256'], keys: { keys: [jwk] } }]
    for (const list of [issuers, [...issuers].reverse()]) {
      assertRefusedOption(() => accessTokenAuthenticator({ issuers: list, ...common }), 'HS256 stands alone')
    }
  })
})
