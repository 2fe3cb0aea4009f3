import assert from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type JwtOptions, jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { memoryTokenCache } from '../../../lib/store/memory.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { fakeIssuer } from '../../support/fake-issuer.ts'
import { atOnce, errorIn, principalIn } from '../../support/outcomes.ts'
import { bearer, requestView } from '../../support/request-view.ts'
import { createSigningKey, encode } from '../../support/signing-key.ts'
import { asyncTokenCache, carelessTokenCache } from '../../support/token-cache-spies.ts'

const signer = createSigningKey('ES256')
const GOOD = signer.sign(accessTokenClaims())

function authenticator(options: Partial<JwtOptions> = {}) {
  const { jwksUri, ...rest } = options
  const source = jwksUri === undefined ? { keys: { keys: [signer.jwk] } } : { jwksUri }
  return jwtAuthenticator({
    ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], now: () => NOW, warn: () => undefined },
    ...source,
    ...rest,
  })
}

suite('a good token', () => {
  test('is answered at once, with a principal that does not hold it', () => {
    const answer = atOnce(authenticator().authenticate(bearer(GOOD)))
    assert.equal(answer.outcome, 'authenticated')
    assert.ok(!JSON.stringify(answer).includes(GOOD.slice(-20)))
  })

  test('names its party', async () => {
    const principal = await principalIn(authenticator().authenticate(bearer(GOOD)))
    assert.equal(principal.kind, 'user')
    assert.equal(principal.subject, 'alice')
    assert.deepEqual(principal.scopes, ['read:orders', 'write:orders'])
    assert.equal(principal.claims.aud, AUDIENCE)
  })

  test('may come with its scheme in any case, and several spaces', async () => {
    for (const field of [`bearer ${GOOD}`, `BEARER ${GOOD}`, `Bearer   ${GOOD}`]) {
      await principalIn(authenticator().authenticate(requestView({ authorization: field })))
    }
  })
})

suite('nothing presented', () => {
  const fields: readonly Record<string, string>[] = [
    {},
    { authorization: 'Basic YTpi' },
    { authorization: `Bearer${GOOD}` },
  ]
  for (const credentials of [...fields, { 'x-api-key': GOOD }]) {
    test(JSON.stringify(credentials).slice(0, 40), () => {
      assert.equal(atOnce(authenticator().authenticate(requestView(credentials))).outcome, 'absent')
    })
  }
})

suite('a malformed header is 400', () => {
  for (const token of ['', `${GOOD} ${GOOD}`, `${GOOD},`, `"${GOOD}"`, 'a\tb', `${GOOD}, Bearer ${GOOD}`, 'tokän']) {
    test(JSON.stringify(token.replaceAll(GOOD, 'TOKEN')), async () => {
      assert.equal((await errorIn(authenticator().authenticate(bearer(token)))).code, 'invalid_request')
    })
  }
})

suite('a bad token is refused', () => {
  const [header = '', payload = '', signature = ''] = GOOD.split('.')
  const publicPem = createPublicKey(signer.privateKey).export({ type: 'spki', format: 'pem' })
  const hmacSigned = `${encode({ alg: 'HS256', kid: 'key-1', typ: 'at+jwt' })}.${payload}`
  const mac = createHmac('sha256', publicPem).update(hmacSigned).digest('base64url')
  const claims = accessTokenClaims()
  const bad: Readonly<Record<string, readonly [string, string]>> = {
    'too long': [`${header}.${'A'.repeat(9_000)}.${signature}`, 'too long'],
    'no JWT': ['opaque-token', 'not a JWT'],
    'without signature': [`${header}.${payload}.`, 'not a JWT'],
    'of alg none': [`${encode({ alg: 'none', kid: 'key-1' })}.${payload}.${signature}`, 'algorithm'],
    'of HMAC with the public key': [`${hmacSigned}.${mac}`, 'algorithm'],
    'of an algorithm that is not listed': [createSigningKey('ES384', 'key-1').sign(claims), 'algorithm'],
    'without kid': [signer.sign(claims, { kid: undefined }), 'no kid'],
    'of an unknown kid': [signer.sign(claims, { kid: 'other' }), 'unknown key'],
    'of another key under that kid': [createSigningKey('ES256', 'key-1').sign(claims), 'signature'],
    'with its own key': [signer.sign(claims, { crit: ['exp'] }), 'crit'],
    'with another payload': [`${header}.${encode({ ...claims, sub: 'bob' })}.${signature}`, 'signature'],
    'of another issuer': [signer.sign({ ...claims, iss: 'https://evil.example.test' }), 'issuer'],
    'for another audience': [signer.sign({ ...claims, aud: 'https://other.example.test' }), 'audience'],
    'that has expired': [signer.sign({ ...claims, exp: NOW - 10 }), 'expired'],
    'that is an ID token': [signer.sign({ ...claims, at_hash: 'x' }), 'ID token'],
    'whose roles hold a comma': [signer.sign({ ...claims, roles: ['viewer,admin'] }), 'roles cannot be represented'],
    'whose subject breaks lines': [signer.sign({ ...claims, sub: 'a\r\nb' }), 'subject cannot be represented'],
    'whose subject is a number': [signer.sign({ ...claims, sub: 42 }), 'subject cannot be represented'],
    'whose roles are one text': [signer.sign({ ...claims, roles: 'admin' }), 'roles cannot be represented'],
  }
  for (const [name, [token, reason]] of Object.entries(bad)) {
    test(name, async () => {
      const error = await errorIn(authenticator().authenticate(bearer(token)))
      assert.equal(error.code, 'invalid_token')
      assert.equal(error.reason, reason)
    })
  }

  test('an expired one is told, others are not', async () => {
    const told = async (token: string) => (await errorIn(authenticator().authenticate(bearer(token)))).detail
    assert.equal(await told(signer.sign({ ...claims, exp: NOW - 10 })), 'The access token has expired.')
    assert.equal(await told(signer.sign({ ...claims, aud: 'x' })), undefined)
  })
})

test('a token without kid is accepted where that is allowed, and the set has one key', async () => {
  const token = signer.sign(accessTokenClaims(), { kid: undefined })
  await principalIn(authenticator({ allowMissingKeyId: true }).authenticate(bearer(token)))
  const two = { keys: [signer.jwk, createSigningKey('ES256', 'key-2').jwk] }
  const refusing = authenticator({ allowMissingKeyId: true, keys: two })
  assert.equal((await errorIn(refusing.authenticate(bearer(token)))).reason, 'unknown key')
})

suite('the cache', () => {
  test('is keyed by the SHA-256 of the token, never by the token', async () => {
    const cache = carelessTokenCache()
    await authenticator({ cache }).authenticate(bearer(GOOD))
    const [key = ''] = cache.entries.keys()
    assert.match(key, /^token:[\w-]{43}:[\w-]{43}$/)
    assert.ok(!JSON.stringify([...cache.entries]).includes(GOOD.slice(-20)))
  })

  test('answers a known token at once, with the same principal', async () => {
    const subject = authenticator()
    const first = await principalIn(subject.authenticate(bearer(GOOD)))
    const again = atOnce(subject.authenticate(bearer(GOOD)))
    assert.equal(again.outcome === 'authenticated' && again.principal, first)
  })

  test('remembers no bad token', async () => {
    const cache = carelessTokenCache()
    await errorIn(authenticator({ cache }).authenticate(bearer(signer.sign(accessTokenClaims({ aud: 'x' })))))
    assert.equal(cache.entries.size, 0)
  })

  test('holds a token no longer than configured, nor than its exp', async () => {
    const cache = carelessTokenCache()
    const long = signer.sign(accessTokenClaims({ exp: NOW + 600 }))
    const short = signer.sign(accessTokenClaims({ exp: NOW + 100 }))
    for (const token of [long, short]) await authenticator({ cache, cacheTtlSeconds: 300 }).authenticate(bearer(token))
    assert.deepEqual(
      [...cache.entries.values()].map(({ expiresAt }) => expiresAt),
      [NOW + 300, NOW + 100],
    )
  })

  test('that is careless about expiry is not believed', async () => {
    const clock = testClock()
    const subject = authenticator({ cache: carelessTokenCache(), now: clock.now, clockToleranceSeconds: 0 })
    await principalIn(subject.authenticate(bearer(GOOD)))
    clock.advance(599)
    await principalIn(subject.authenticate(bearer(GOOD)))
    clock.advance(1)
    assert.equal((await errorIn(subject.authenticate(bearer(GOOD)))).reason, 'expired')
  })

  test('tells authenticators apart, even when it is shared', async () => {
    const cache = memoryTokenCache({ now: () => NOW })
    await principalIn(authenticator({ cache }).authenticate(bearer(GOOD)))
    const other = authenticator({ cache, audience: 'https://other.example.test' })
    assert.equal((await errorIn(other.authenticate(bearer(GOOD)))).reason, 'audience')
    const otherKeys = authenticator({ cache, keys: { keys: [createSigningKey('ES256', 'key-1').jwk] } })
    assert.equal((await errorIn(otherKeys.authenticate(bearer(GOOD)))).reason, 'signature')
  })

  test('may answer later', async () => {
    const cache = memoryTokenCache({ now: () => NOW })
    const subject = authenticator({ cache: asyncTokenCache(cache) })
    const first = await principalIn(subject.authenticate(bearer(GOOD)))
    assert.equal(await principalIn(subject.authenticate(bearer(GOOD))), first)
  })

  const fail = () => {
    throw new Error('the cache is down')
  }
  const broken = {
    throws: { get: fail, set: fail, delete: fail },
    rejects: { get: async () => fail(), set: async () => fail(), delete: async () => fail() },
  }
  for (const [name, cache] of Object.entries(broken)) {
    test(`that ${name} has forgotten: the token is verified anew`, async () => {
      const subject = authenticator({ cache })
      for (let round = 0; round < 2; round++) await principalIn(subject.authenticate(bearer(GOOD)))
      await turn()
    })
  }

  test('loses the tokens of a key that leaves the key set', async () => {
    const successor = createSigningKey('ES256', 'key-2')
    const issuer = fakeIssuer({ '/jwks': { keys: [signer.jwk] } })
    const clock = testClock()
    const cache = carelessTokenCache()
    const options = { fetch: issuer.fetch, now: clock.now, cache, cacheTtlSeconds: 3_600 }
    const subject = authenticator({ jwksUri: `${ISSUER}/jwks`, ...options })
    const token = signer.sign(accessTokenClaims({ exp: NOW + 3_000 }))
    await principalIn(subject.authenticate(bearer(token)))
    issuer.answer('/jwks', { keys: [successor.jwk] })
    clock.advance(31)
    await principalIn(subject.authenticate(bearer(successor.sign(accessTokenClaims()))))
    assert.equal((await errorIn(subject.authenticate(bearer(token)))).reason, 'unknown key')
  })
})

test('with remote keys, only the first token waits', async () => {
  const issuer = fakeIssuer({ '/jwks': { keys: [signer.jwk] } })
  const subject = authenticator({ jwksUri: `${ISSUER}/jwks`, fetch: issuer.fetch })
  assert.ok(subject.authenticate(bearer(GOOD)) instanceof Promise)
  await turn()
  await principalIn(subject.authenticate(bearer(GOOD)))
  await turn()
  const fresh = signer.sign(accessTokenClaims({ jti: 'token-2' }))
  assert.equal(atOnce(subject.authenticate(bearer(fresh))).outcome, 'authenticated')
})

test('an issuer that is down is no bad token', async () => {
  const issuer = fakeIssuer()
  issuer.setDown(true)
  const subject = authenticator({ jwksUri: `${ISSUER}/jwks`, fetch: issuer.fetch })
  await assert.rejects(async () => subject.authenticate(bearer(GOOD)), { name: 'DependencyError' })
})

test('it says what a boundary needs to know of it', () => {
  const { method, challenges, sources, urlParameters, issuers } = authenticator({ realm: 'orders' })
  assert.equal(method, 'jwt')
  assert.deepEqual(challenges, [{ scheme: 'Bearer', parameters: { realm: 'orders' } }])
  assert.deepEqual(sources, [{ header: 'authorization', scheme: 'Bearer' }])
  assert.deepEqual(urlParameters, ['access_token'])
  assert.deepEqual(issuers, [ISSUER])
})

test('a claim named __proto__ does no harm', async () => {
  const text = JSON.stringify(accessTokenClaims({ roles: undefined })).replace(
    '{',
    '{"__proto__":{"roles":["admin"],"admin":1},',
  )
  const token = signer.signParts(encode({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt' }), encode(text))
  const { roles, claims } = await principalIn(authenticator().authenticate(bearer(token)))
  assert.deepEqual([...roles], [])
  assert.equal(claims.admin, undefined)
  assert.equal(({} as Record<string, unknown>).admin, undefined)
})
