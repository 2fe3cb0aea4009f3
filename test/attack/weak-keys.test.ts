import assert from 'node:assert/strict'
import {
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import { suite, test } from 'node:test'
import { JWS_ALGORITHMS } from '../../lib/authenticate/jwt/algorithms.ts'
import { jwtAuthenticator } from '../../lib/authenticate/jwt.ts'
import { AUDIENCE, accessTokenClaims, NOW } from '../support/access-token.ts'
import { type HostileIssuer, hostileIssuer } from '../support/hostile-issuer.ts'
import { errorIn, principalIn } from '../support/outcomes.ts'
import { bearer } from '../support/request-view.ts'
import { createSigningKey, encode } from '../support/signing-key.ts'

const honest = createSigningKey('ES256', 'honest')
const issuer = await hostileIssuer([])
const claims = (changes: Readonly<Record<string, unknown>> = {}) =>
  accessTokenClaims({ iss: issuer.issuer, ...changes })
const EVIL = claims({ sub: 'root', roles: ['admin'] })

/** A fresh authenticator that finds what is published now, beside a good key. */
function authenticatorFor(at: HostileIssuer, keys: readonly object[], warn: (message: string) => void) {
  at.publish([...keys, honest.jwk])
  const { issuer: name } = at
  return jwtAuthenticator({ issuer: name, audience: AUDIENCE, algorithms: JWS_ALGORITHMS, now: () => NOW, warn })
}

function publicJwk(key: KeyObject): JsonWebKey {
  return createPublicKey(key).export({ format: 'jwk' })
}

/** A token under a key, with what an attacker would write into its header. */
function forged(alg: string, signature: (signed: string) => Buffer): string {
  const signed = `${encode({ alg, typ: 'at+jwt', kid: 'weak' })}.${encode(EVIL)}`
  return `${signed}.${signature(signed).toString('base64url')}`
}

const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey
const signedBy = (key: KeyObject, alg: string) =>
  forged(alg, (signed) => sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }))

/** With the exponent 1 the padded hash is its own signature: nobody needs a private key (RFC 8017 §9.2). */
function paddedHash(signed: string, size: number): Buffer {
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')
  const hash = createHash('sha256').update(signed).digest()
  const padding = Buffer.alloc(size - 3 - digestInfo.length - hash.length, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo, hash])
}

const strong = rsa(2048)
const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
const p256 = createSigningKey('ES256', 'weak')
const KEYS: Readonly<Record<string, readonly [keys: readonly object[], token: string]>> = {
  'RSA of 512 bits': weak(rsa(512), 'RS256'),
  'RSA of 1024 bits': weak(rsa(1024), 'RS256'),
  'RSA of 2047 bits': weak(rsa(2047), 'RS256'),
  'RSA with the exponent 3': weak(rsa(2048, 3), 'RS256'),
  'RSA with the exponent 1': [
    [{ ...publicJwk(strong), e: 'AQ', kid: 'weak', use: 'sig' }],
    forged('RS256', (signed) => paddedHash(signed, 256)),
  ],
  'of a curve that JWS has no name for here': weak(curve, 'ES256'),
  'for encryption': [[{ ...publicJwk(strong), kid: 'weak', use: 'enc' }], signedBy(strong, 'RS256')],
  'for RSA-OAEP': [[{ ...publicJwk(strong), kid: 'weak', alg: 'RSA-OAEP' }], signedBy(strong, 'RS256')],
  'for encrypting, by its operations': [
    [{ ...publicJwk(strong), kid: 'weak', key_ops: ['encrypt', 'wrapKey'] }],
    signedBy(strong, 'RS256'),
  ],
  private: [[{ ...strong.export({ format: 'jwk' }), kid: 'weak' }], signedBy(strong, 'RS256')],
  'there twice': [[p256.jwk, { ...createSigningKey('ES256').jwk, kid: 'weak' }], p256.sign(EVIL)],
  'named by a number': [[{ ...publicJwk(strong), kid: 7 }], signedBy(strong, 'RS256')],
  'of another curve than it says': [[{ ...p256.jwk, crv: 'P-384' }], p256.sign(EVIL)],
  'off its curve': [[{ ...p256.jwk, y: p256.jwk.x }], p256.sign(EVIL)],
}

function weak(key: KeyObject, alg: string): readonly [readonly object[], string] {
  return [[{ ...publicJwk(key), kid: 'weak', use: 'sig' }], signedBy(key, alg)]
}

suite('a published key is left out when it is', () => {
  for (const [name, [keys, token]] of Object.entries(KEYS)) {
    test(`${name}: what it signs is refused, and the others work`, async () => {
      const warnings: string[] = []
      const authenticator = authenticatorFor(issuer, keys, (message) => void warnings.push(message))
      assert.equal((await errorIn(authenticator.authenticate(bearer(token)))).code, 'invalid_token')
      assert.equal((await principalIn(authenticator.authenticate(bearer(honest.sign(claims()))))).subject, 'alice')
      assert.match(warnings.join(), /ignored/)
    })
  }

  test('symmetric: what is signed with it is refused', async () => {
    const k = Buffer.from('a secret that everybody can read').toString('base64url')
    const authenticator = authenticatorFor(issuer, [{ kty: 'oct', k, kid: 'weak', alg: 'HS256' }], () => undefined)
    const token = forged('HS256', (signed) => createHmac('sha256', Buffer.from(k, 'base64url')).update(signed).digest())
    assert.equal((await errorIn(authenticator.authenticate(bearer(token)))).code, 'invalid_token')
  })
})

test('a key that says which algorithm it is for verifies no other, whatever the list allows', async () => {
  const pinned = [{ ...publicJwk(strong), kid: 'weak', alg: 'PS256' }]
  const authenticator = authenticatorFor(issuer, pinned, () => undefined)
  for (const alg of ['RS256', 'PS256']) {
    const answer = authenticator.authenticate(
      bearer(forged(alg, (signed) => sign('sha256', Buffer.from(signed), strong))),
    )
    assert.equal((await errorIn(answer)).code, 'invalid_token')
  }
  const own = createSigningKey('PS256', 'weak', strong)
  assert.equal((await principalIn(authenticator.authenticate(bearer(own.sign(claims()))))).subject, 'alice')
})

test('a strong key of an algorithm that is not listed verifies nothing', async () => {
  const others = (['ES384', 'RS256', 'PS256', 'EdDSA'] as const).map((alg) => createSigningKey(alg, alg))
  issuer.publish([...others.map(({ jwk }) => jwk), honest.jwk])
  const authenticator = jwtAuthenticator({
    ...{ issuer: issuer.issuer, audience: AUDIENCE, algorithms: ['ES256'], now: () => NOW, warn: () => undefined },
  })
  for (const other of others) {
    assert.equal((await errorIn(authenticator.authenticate(bearer(other.sign(EVIL))))).reason, 'algorithm')
  }
  assert.equal((await principalIn(authenticator.authenticate(bearer(honest.sign(claims()))))).subject, 'alice')
})

test('a strong key of the same set verifies what it is for', async () => {
  const authenticator = authenticatorFor(issuer, [{ ...publicJwk(strong), kid: 'weak' }], () => undefined)
  assert.equal((await principalIn(authenticator.authenticate(bearer(signedBy(strong, 'RS256'))))).subject, 'root')
})
