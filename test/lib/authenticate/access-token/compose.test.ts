import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type AccessTokenOptions, accessTokenAuthenticator } from '../../../../lib/authenticate/access-token.ts'
import type { Authenticator } from '../../../../lib/authenticate/authenticator.ts'
import { introspectionAuthenticator } from '../../../../lib/authenticate/introspection.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../../support/access-token.ts'
import { testClock } from '../../../support/clock.ts'
import { fakeIntrospection } from '../../../support/fake-introspection.ts'
import { activeAnswer } from '../../../support/introspection-answer.ts'
import { serverOptions } from '../../../support/introspection-settings.ts'
import { atOnce, errorIn, principalIn } from '../../../support/outcomes.ts'
import { bearer, requestView } from '../../../support/request-view.ts'
import { createSigningKey, encode } from '../../../support/signing-key.ts'
import { asyncTokenCache, carelessTokenCache } from '../../../support/token-cache-spies.ts'

const OTHER = 'https://other.example.test'
const key = createSigningKey('ES256', 'ours')
const otherKey = createSigningKey('ES256', 'theirs')
const JWT = key.sign(accessTokenClaims())
const OTHER_JWT = otherKey.sign(accessTokenClaims({ iss: OTHER }))

const issuerOptions = (issuer: string, { jwk } = key) =>
  ({ issuer, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [jwk] } }) as const

interface Changes extends Partial<AccessTokenOptions> {
  readonly server?: Readonly<Record<string, unknown>>
}

function composed({ server: changes = {}, ...options }: Changes = {}) {
  const server = fakeIntrospection({ opaque: activeAnswer({ sub: 'bob' }), [JWT]: activeAnswer() })
  const clock = testClock()
  const subject = accessTokenAuthenticator({
    issuers: [issuerOptions(ISSUER), issuerOptions(OTHER, otherKey)],
    introspection: serverOptions(changes),
    ...{ now: clock.now, fetch: server.fetch, warn: () => undefined, ...options },
  })
  const asked = () => server.asked.map(({ form }) => form.get('token'))
  return { server, clock, subject, asked, ask: (token: string) => subject.authenticate(bearer(token)) }
}

suite('the shape of a token decides who judges it, once', () => {
  test('a JWT is verified by the keys of its issuer, and nobody is asked', async () => {
    const { ask, asked } = composed()
    const [ours, theirs] = [await principalIn(ask(JWT)), await principalIn(ask(OTHER_JWT))]
    assert.deepEqual([ours.issuer, ours.method, theirs.issuer], [ISSUER, 'jwt', OTHER])
    assert.deepEqual(asked(), [])
  })

  test('anything else is asked about', async () => {
    const { ask, asked } = composed()
    const { subject, method } = await principalIn(ask('opaque'))
    assert.deepEqual([subject, method], ['bob', 'introspection'])
    await errorIn(ask('unknown'))
    assert.deepEqual(asked(), ['opaque', 'unknown'])
  })

  const [header = '', payload = '', signature = ''] = JWT.split('.')
  const jwts: Readonly<Record<string, string>> = {
    'with another signature': `${header}.${payload}.${OTHER_JWT.split('.')[2]}`,
    'that has expired': key.sign(accessTokenClaims({ exp: NOW - 60 })),
    'of an unknown issuer': key.sign(accessTokenClaims({ iss: 'https://nobody.example.test' })),
    "of another issuer's key": otherKey.sign(accessTokenClaims()),
    'without signature': `${header}.${payload}.`,
    'of alg none': `${encode({ alg: 'none' })}.${payload}.`,
    'without payload': `${header}..${signature}`,
    'of nothing': '..',
    'with padding': `${JWT}==`,
    'in the alphabet of base64': `${header}+/.${payload}.${signature}`,
    'with a tilde': `${JWT}~`,
    'with a dot behind it': `${JWT}.`,
    'with dots behind it': `${JWT}..`,
    'with a fourth part': `${JWT}.x`,
    'without its last dot': `${header}.${payload}`,
  }
  for (const [name, token] of Object.entries(jwts)) {
    test(`a JWT ${name} is refused, and nobody is asked whether it may be good all the same`, async () => {
      const { server, subject, ask, asked } = composed({ server: { introspectAlways: ['/always'] } })
      server.answer(token, activeAnswer())
      assert.equal((await errorIn(ask(token))).code, 'invalid_token')
      const always = requestView({ authorization: `Bearer ${token}` }, { segments: ['always'] })
      assert.equal((await errorIn(subject.authenticate(always))).code, 'invalid_token')
      assert.deepEqual(asked(), [])
    })
  }

  test('what is encrypted is not for us to read, and asked about', async () => {
    const { server, ask, asked } = composed()
    const jwe = [encode({ alg: 'RSA-OAEP', enc: 'A256GCM' }), 'a', 'b', 'c', 'd'].join('.')
    server.answer(jwe, activeAnswer())
    await principalIn(ask(jwe))
    assert.deepEqual(asked(), [jwe])
  })

  test('an active token is not verified, whoever may be called for it', async () => {
    let resolved = 0
    const { ask } = composed({
      issuers: () => {
        resolved++
        return undefined
      },
    })
    await principalIn(ask('opaque'))
    assert.equal(resolved, 0)
    assert.equal((await errorIn(ask(JWT))).reason, 'issuer')
    assert.equal(resolved, 1)
  })

  test('without a server, what is no JWT is refused', async () => {
    const subject = accessTokenAuthenticator({ issuers: [issuerOptions(ISSUER)], now: () => NOW })
    assert.equal((await errorIn(subject.authenticate(bearer('opaque')))).reason, 'not a JWT')
  })
})

suite('asked freshly', () => {
  const freshly = (token: string, options: Changes = {}) => {
    const parts = composed(options)
    return { ...parts, again: () => parts.subject.authenticate(bearer(token), true) }
  }
  test('the server is asked about what is remembered, of both kinds', async () => {
    for (const token of ['opaque', JWT]) {
      const { server, ask, asked, again } = freshly(token)
      assert.equal('isIntrospectedNow' in (await ask(token)), false)
      const before = asked().length
      const answer = await again()
      assert.deepEqual([answer.outcome, 'isIntrospectedNow' in answer], ['authenticated', true])
      server.answer(token, { active: false })
      assert.equal((await errorIn(again())).reason, 'not active')
      assert.deepEqual(asked().slice(before), [token, token])
    }
  })

  test('what it cannot be asked about is as good as ever, and nobody says that it was', async () => {
    const { again, asked } = freshly(OTHER_JWT)
    assert.equal('isIntrospectedNow' in (await again()), false)
    const { subject } = composed()
    const alone = accessTokenAuthenticator({ issuers: [issuerOptions(ISSUER)], now: () => NOW })
    assert.equal('isIntrospectedNow' in (await alone.authenticate(bearer(JWT), true)), false)
    assert.deepEqual([asked(), subject.canIntrospect, alone.canIntrospect], [[], true, false])
  })
})

suite('whom it may name', () => {
  test('principals of which methods', () => {
    const methodsOf = ({ methods }: Authenticator) => methods
    assert.deepEqual(methodsOf(composed().subject), ['jwt', 'introspection'])
    assert.deepEqual(methodsOf(accessTokenAuthenticator({ issuers: [issuerOptions(ISSUER)] })), ['jwt'])
    assert.deepEqual(methodsOf(introspectionAuthenticator(serverOptions())), ['introspection'])
  })

  test('every issuer, the server that is asked too, each once', () => {
    assert.deepEqual(composed().subject.issuers, [ISSUER, OTHER])
    assert.deepEqual(composed({ server: { issuer: 'https://third.example.test' } }).subject.issuers, [
      ...[ISSUER, OTHER, 'https://third.example.test'],
    ])
  })

  test('anyone, when issuers are found by a function', () => {
    assert.equal(composed({ issuers: () => undefined }).subject.issuers, 'any')
  })
})

suite('what is remembered', () => {
  test('is answered at once, of both kinds', async () => {
    const { ask, asked } = composed()
    await principalIn(ask(JWT))
    await principalIn(ask('opaque'))
    assert.equal(atOnce(ask(JWT)).outcome, 'authenticated')
    assert.equal(atOnce(ask('opaque')).outcome, 'authenticated')
    assert.deepEqual(asked(), ['opaque'])
  })

  test('of JWTs lives by their own time, not by that of answers', async () => {
    const { clock, ask } = composed({ cacheTtlSeconds: 300, server: { cacheTtlSeconds: 10 } })
    await principalIn(ask(JWT))
    await principalIn(ask('opaque'))
    clock.advance(11)
    assert.equal(atOnce(ask(JWT)).outcome, 'authenticated')
    assert.ok(ask('opaque') instanceof Promise)
  })

  test('is not believed where a token is judged otherwise, though the cache is the same', async () => {
    const cache = carelessTokenCache()
    await principalIn(composed({ cache }).ask('opaque'))
    const { ask, asked } = composed({ cache, server: { audience: 'https://second.example.test' } })
    assert.equal((await errorIn(ask('opaque'))).reason, 'audience')
    assert.deepEqual(asked(), ['opaque'])
  })

  test('of a JWT that a server was asked about is not believed where issuers are found by a function', async () => {
    const cache = carelessTokenCache()
    const { server, clock, ask } = composed({ cache, issuers: () => undefined })
    const asking = introspectionAuthenticator({ ...serverOptions(), cache, now: clock.now, fetch: server.fetch })
    await principalIn(asking.authenticate(bearer(JWT)))
    assert.equal((await errorIn(ask(JWT))).reason, 'issuer')
  })
})

suite('a route on which the server is always asked', () => {
  const always = (token: string) => requestView({ authorization: `Bearer ${token}` }, { segments: ['payments', '7'] })
  const options: Changes = { server: { introspectAlways: ['/payments/**'] } }

  test('asks about opaque tokens and JWTs, each time, and for the others elsewhere as ever', async () => {
    const { subject, ask, asked } = composed(options)
    for (const token of ['opaque', JWT, 'opaque', JWT]) await principalIn(subject.authenticate(always(token)))
    assert.deepEqual(asked(), ['opaque', JWT, 'opaque', JWT])
    await principalIn(ask('opaque'))
    await principalIn(ask('opaque'))
    await principalIn(ask(JWT))
    assert.deepEqual(asked().slice(4), ['opaque'])
  })

  test('refuses a revoked JWT at once, which elsewhere is good until it ends', async () => {
    const { server, clock, subject, ask } = composed(options)
    await principalIn(subject.authenticate(always(JWT)))
    server.answer(JWT, { active: false })
    assert.equal((await errorIn(subject.authenticate(always(JWT)))).reason, 'not active')
    assert.equal(atOnce(ask(JWT)).outcome, 'authenticated')
    clock.set(NOW + 606)
    assert.equal((await errorIn(ask(JWT))).reason, 'expired')
  })

  test('takes JWTs of other issuers as they are: this server knows nothing of them', async () => {
    const { subject, asked } = composed(options)
    await principalIn(subject.authenticate(always(OTHER_JWT)))
    assert.deepEqual(asked(), [])
  })

  test('is 503 when the server cannot be asked, though the JWT is good', async () => {
    const { server, subject, ask } = composed(options)
    server.answer(JWT, () => new Response('', { status: 500 }))
    await assert.rejects(async () => subject.authenticate(always(JWT)), DependencyError)
    await principalIn(ask(JWT))
  })

  test('waits for a cache that answers later, and asks then', async () => {
    const cache = asyncTokenCache(carelessTokenCache())
    const { server, subject, asked } = composed({ ...options, cache })
    await principalIn(subject.authenticate(always(JWT)))
    server.answer(JWT, { active: false })
    assert.equal((await errorIn(subject.authenticate(always(JWT)))).reason, 'not active')
    assert.deepEqual(asked(), [JWT, JWT])
  })

  test('takes no header for a token that is none', async () => {
    const { subject, asked } = composed(options)
    for (const token of ['', 'a b', 'a&token=opaque', `${JWT} x`, 'a\nb']) {
      assert.equal((await errorIn(subject.authenticate(always(token)))).code, 'invalid_request')
    }
    assert.deepEqual(asked(), [])
  })
})

test('a thousand first requests with one opaque token make one call, whatever the cache', async () => {
  for (const cache of [carelessTokenCache(), asyncTokenCache(carelessTokenCache())]) {
    const { ask, asked } = composed({ cache })
    await Promise.all(Array.from({ length: 1_000 }, async () => principalIn(ask('opaque'))))
    assert.deepEqual(asked(), ['opaque'])
  }
})
