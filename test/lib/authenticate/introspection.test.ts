import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type IntrospectionOptions, introspectionAuthenticator } from '../../../lib/authenticate/introspection.ts'
import { DependencyError } from '../../../lib/errors.ts'
import { memoryTokenCache } from '../../../lib/store/memory.ts'
import { ISSUER, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { fakeIntrospection } from '../../support/fake-introspection.ts'
import { activeAnswer } from '../../support/introspection-answer.ts'
import { serverOptions } from '../../support/introspection-settings.ts'
import { atOnce, errorIn, principalIn } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { bearer, requestView } from '../../support/request-view.ts'
import { createSigningKey } from '../../support/signing-key.ts'
import { asyncTokenCache, carelessTokenCache } from '../../support/token-cache-spies.ts'

function authenticator(
  options: Readonly<Record<string, unknown>> = {},
  answers: Readonly<Record<string, unknown>> = {},
) {
  const server = fakeIntrospection({ good: activeAnswer(), ...answers })
  const clock = testClock()
  const subject = introspectionAuthenticator(
    untyped<IntrospectionOptions>({ ...serverOptions(), fetch: server.fetch, now: clock.now, ...options }),
  )
  return { server, clock, subject, ask: (token: string) => subject.authenticate(bearer(token)) }
}

test('it says what it reads, whom it may name and what it offers', () => {
  const { subject } = authenticator({ realm: 'orders', resourceMetadata: 'https://api.example.test/meta' })
  assert.equal(subject.method, 'introspection')
  assert.deepEqual(subject.sources, [{ header: 'authorization', scheme: 'Bearer' }])
  assert.deepEqual(subject.urlParameters, ['access_token'])
  assert.deepEqual(subject.issuers, [ISSUER])
  assert.deepEqual(
    subject.challenges.map(({ scheme, parameters }) => [scheme, { ...parameters }]),
    [['Bearer', { realm: 'orders', resource_metadata: 'https://api.example.test/meta' }]],
  )
})

suite('a token', () => {
  test('is asked about once, then answered at once, until what is known is too old', async () => {
    const { server, clock, ask } = authenticator()
    assert.equal((await principalIn(ask('good'))).subject, 'alice')
    clock.advance(29.9)
    assert.equal(atOnce(ask('good')).outcome, 'authenticated')
    assert.equal(server.asked.length, 1)
    clock.advance(0.1)
    await principalIn(ask('good'))
    assert.equal(server.asked.length, 2)
  })

  test('that is revoked is refused when what is known is too old, and not longer accepted for being used', async () => {
    const { server, clock, ask } = authenticator({ cacheTtlSeconds: 10 })
    await principalIn(ask('good'))
    server.answer('good', { active: false })
    for (let second = 1; second < 10; second++) {
      clock.advance(1)
      assert.equal(atOnce(ask('good')).outcome, 'authenticated')
    }
    clock.advance(1)
    assert.equal((await errorIn(ask('good'))).reason, 'not active')
  })

  test('that ends is refused to the second', async () => {
    const { clock, ask } = authenticator({}, { good: activeAnswer({ exp: NOW + 5 }) })
    await principalIn(ask('good'))
    clock.advance(5)
    assert.equal((await errorIn(ask('good'))).reason, 'expired')
  })

  test('of any shape is asked about, a JWT too', async () => {
    const jwt = createSigningKey().sign({ sub: 'mallory' })
    const { server, ask } = authenticator({}, { [jwt]: activeAnswer({ sub: 'bob' }) })
    assert.equal((await principalIn(ask(jwt))).subject, 'bob')
    assert.equal(server.asked.length, 1)
  })

  test('that is none is never asked about', async () => {
    const { server, subject, ask } = authenticator({ introspectAlways: ['/always/**'] })
    for (const token of ['', 'a b', 'a,b', 'a&b', '"a"', 'a\nb', 'tokän', 'a=b', 'good, Bearer good']) {
      assert.equal((await errorIn(ask(token))).code, 'invalid_request', JSON.stringify(token))
      const always = requestView({ authorization: `Bearer ${token}` }, { segments: ['always'] })
      assert.equal((await errorIn(subject.authenticate(always))).code, 'invalid_request', JSON.stringify(token))
    }
    assert.equal((await errorIn(ask('a'.repeat(8_193)))).reason, 'too long')
    for (const credentials of [{}, { authorization: 'Basic YTpi' }, { 'x-api-key': 'good' }]) {
      assert.equal(atOnce(subject.authenticate(requestView(credentials))).outcome, 'absent')
    }
    assert.equal(server.asked.length, 0)
  })

  test('is asked about every time on a route that says so, whatever is known', async () => {
    const { server, subject, ask } = authenticator({ introspectAlways: ['/orders/**'], cacheTtlSeconds: 300 })
    await principalIn(ask('good'))
    await principalIn(ask('good'))
    assert.equal(server.asked.length, 2)
    server.answer('good', { active: false })
    assert.equal((await errorIn(ask('good'))).reason, 'not active')
    const elsewhere = requestView({ authorization: 'Bearer good' }, { segments: ['other'] })
    assert.equal((await errorIn(subject.authenticate(elsewhere))).reason, 'not active')
  })
})

suite('a cache', () => {
  test('holds neither the token nor the answer of another server', async () => {
    const cache = carelessTokenCache()
    const first = authenticator({ cache })
    await principalIn(first.ask('good'))
    const [[key = '', entry] = []] = cache.entries
    assert.ok(!key.includes('good') && !JSON.stringify(entry).includes('"good"'))
    for (const other of [
      { endpoint: 'https://issuer.example.test/other' },
      { issuer: 'https://other.example.test' },
      { audience: 'second' },
      { client: { method: 'post', clientId: 'other', clientSecret: 'x' } },
    ]) {
      const { server, ask } = authenticator({ cache, ...other }, { good: { active: false } })
      await errorIn(ask('good'))
      assert.equal(server.asked.length, 1, JSON.stringify(other))
    }
  })

  test('that keeps what has ended is not believed', async () => {
    const { server, clock, ask } = authenticator({ cache: carelessTokenCache() })
    await principalIn(ask('good'))
    server.answer('good', { active: false })
    clock.advance(30)
    assert.equal((await errorIn(ask('good'))).reason, 'not active')
  })

  test('that answers later serves as well', async () => {
    const { server, ask } = authenticator({ cache: asyncTokenCache(memoryTokenCache({ now: () => NOW })) })
    await principalIn(ask('good'))
    await principalIn(ask('good'))
    assert.equal(server.asked.length, 1)
  })

  test('that fails has forgotten', async () => {
    const failing = {
      get: () => assert.fail('down'),
      set: () => Promise.reject(new Error('down')),
      delete: () => undefined,
    }
    const { server, ask } = authenticator({ cache: failing })
    await principalIn(ask('good'))
    await principalIn(ask('good'))
    assert.equal(server.asked.length, 2)
  })

  test('of a process that remembers for longer is not believed for longer', async () => {
    const cache = carelessTokenCache()
    const lenient = authenticator({ cache, cacheTtlSeconds: 3_600 })
    await principalIn(lenient.ask('good'))
    const { ask } = authenticator({ cache, cacheTtlSeconds: 10 }, { good: { active: false } })
    assert.equal((await errorIn(ask('good'))).reason, 'not active')
  })
})

test('what cannot be asked is 503, never a bad token and never access', async () => {
  for (const status of [301, 400, 401, 403, 404, 429, 500, 503]) {
    const { ask } = authenticator({}, { good: () => Response.json(activeAnswer(), { status }) })
    await assert.rejects(async () => ask('good'), DependencyError, String(status))
  }
})

suite('options', () => {
  test('that are wrong are refused by their name', () => {
    const refused = (options: Readonly<Record<string, unknown>>, ...words: string[]) =>
      assertRefusedOption(() => authenticator(options), 'introspectionAuthenticator', ...words)
    refused({ endpiont: 'x' }, '"endpiont"', '"endpoint"')
    refused({ jwksUri: 'https://issuer.example.test/jwks' }, '"jwksUri"')
    refused({ endpoint: undefined }, '"endpoint"')
    refused({ audience: [] }, '"audience"')
    refused({ cacheTtlSeconds: 0 }, '"cacheTtlSeconds"')
    refused({ cache: {} }, '"cache"', 'memoryTokenCache')
    refused({ fetch: 1 }, '"fetch"', 'function')
    refused({ now: 1 }, '"now"', 'function')
    refused({ warn: 'x' }, '"warn"', 'function')
    refused({ client: { method: 'tls', clientId: 'gateway' }, fetch: globalThis.fetch }, '"fetch"', 'certificate')
    assertRefusedOption(() => introspectionAuthenticator(untyped<IntrospectionOptions>(undefined)), 'must be an object')
  })

  test('may tell whom to warn when the keys of signed answers cannot be had', async () => {
    const warnings: string[] = []
    const { ask } = authenticator(
      {
        signedAnswers: { algorithms: ['ES256'], jwksUri: `${ISSUER}/jwks` },
        warn: (text: string) => warnings.push(text),
      },
      {
        good: () => new Response(createSigningKey().sign({}, { typ: 'token-introspection+jwt' })),
      },
    )
    await assert.rejects(async () => ask('good'), DependencyError)
    assert.equal(warnings.length, 1)
  })
})
