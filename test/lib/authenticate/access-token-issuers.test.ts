import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type AccessTokenOptions, accessTokenAuthenticator } from '../../../lib/authenticate/access-token.ts'
import type { IssuerOptions } from '../../../lib/authenticate/jwt/issuer.ts'
import { DependencyError } from '../../../lib/errors.ts'
import type { TokenCache } from '../../../lib/store/token-cache.ts'
import { accessTokenClaims, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { eventually } from '../../support/eventually.ts'
import { fakeIssuer } from '../../support/fake-issuer.ts'
import { atOnce, errorIn, principalIn } from '../../support/outcomes.ts'
import { bearer, requestView } from '../../support/request-view.ts'
import { createSigningKey, encode } from '../../support/signing-key.ts'
import { tenant } from '../../support/tenant-tokens.ts'
import { asyncTokenCache, carelessTokenCache } from '../../support/token-cache-spies.ts'

const [A, B, C] = [tenant('a'), tenant('b'), tenant('c')] as const

function made(options: Partial<AccessTokenOptions> = {}) {
  const clock = testClock()
  const warnings: string[] = []
  const subject = accessTokenAuthenticator({
    ...{ issuers: [A.options, B.options], now: clock.now, warn: (message: string) => void warnings.push(message) },
    ...options,
  })
  return { clock, warnings, subject, ask: (token: string) => subject.authenticate(bearer(token)) }
}

const COMBINATIONS = [A, B, C].flatMap((issuer) =>
  [A, B, C].flatMap((key) => [A, B, C].map((audience) => ({ issuer, key, audience }))),
)

/** Attack row J-04. */
suite('issuer by key by audience by tenant: only what belongs together passes', () => {
  const caches: Readonly<Record<string, () => TokenCache | undefined>> = {
    'in memory': () => undefined,
    'that answers later': () => asyncTokenCache(carelessTokenCache()),
  }
  const lists: Readonly<Record<string, AccessTokenOptions['issuers']>> = {
    'a list': [A.options, B.options],
    'a resolver': (name) => [A, B].find(({ issuer }) => issuer === name)?.options,
    'a resolver that answers later': async (name) => [A, B].find(({ issuer }) => issuer === name)?.options,
  }
  for (const [cacheName, cache] of Object.entries(caches)) {
    for (const [listName, issuers] of Object.entries(lists)) {
      test(`with ${listName} and a cache ${cacheName}, twice each`, async () => {
        const kept = cache()
        const { ask } = made({ issuers, ...(kept && { cache: kept }) })
        const passed: string[] = []
        for (const { issuer, key, audience } of [...COMBINATIONS, ...COMBINATIONS]) {
          const claims = { iss: issuer.issuer, aud: audience.audience, tenant_id: issuer.tenantId }
          const answer = await ask(key.key.sign(accessTokenClaims(claims)))
          if (answer.outcome !== 'authenticated') continue
          const { principal } = answer
          assert.deepEqual([principal.issuer, principal.tenantId], [issuer.issuer, issuer.tenantId])
          passed.push([issuer, key, audience].map(({ tenantId }) => tenantId).join())
        }
        const diagonal = [A, B].map(({ tenantId }) => [tenantId, tenantId, tenantId].join())
        assert.deepEqual(passed, [...diagonal, ...diagonal])
      })
    }
  }

  test('why each other is refused', async () => {
    const { ask } = made()
    const reasonOf = async (token: string) => (await errorIn(ask(token))).reason
    assert.equal(await reasonOf(A.token({ aud: B.audience })), 'audience')
    assert.equal(await reasonOf(A.token({ iss: B.issuer })), 'signature')
    assert.equal(await reasonOf(A.token({ iss: B.issuer, aud: B.audience })), 'signature')
    assert.equal(await reasonOf(A.token({ iss: C.issuer })), 'issuer')
    assert.equal(await reasonOf(C.token()), 'issuer')
  })

  test('a tenant is what the issuer of the token says, by its own mapping', async () => {
    const renamed: IssuerOptions = { ...B.options, claims: { tenantId: 'org' } }
    const { ask } = made({ issuers: [A.options, renamed] })
    assert.equal((await principalIn(ask(A.token({ org: 'tenant-b' })))).tenantId, 'tenant-a')
    assert.equal(
      (await principalIn(ask(B.token({ org: 'tenant-of-b', tenant_id: 'tenant-a' })))).tenantId,
      'tenant-of-b',
    )
    assert.equal((await principalIn(ask(B.token({ jti: 'x' })))).tenantId, undefined)
  })

  test('the twins of two issuers are two parties', async () => {
    const { subject, ask } = made()
    const [first, second] = [await principalIn(ask(A.token())), await principalIn(ask(B.token()))]
    assert.deepEqual(
      [first.subject, first.issuer, second.subject, second.issuer],
      ['alice', A.issuer, 'alice', B.issuer],
    )
    assert.deepEqual(subject.issuers, [A.issuer, B.issuer])
  })

  test('algorithms and profiles are those of the issuer of the token', async () => {
    const strict: IssuerOptions = { ...B.options, profile: 'rfc9068', algorithms: ['ES384'], keys: { keys: [] } }
    const es384 = createSigningKey('ES384', 'key-1')
    const { ask } = made({ issuers: [A.options, { ...strict, keys: { keys: [es384.jwk] } }] })
    assert.equal((await errorIn(ask(B.token()))).reason, 'algorithm')
    const claims = accessTokenClaims({ iss: B.issuer, aud: B.audience })
    await principalIn(ask(es384.sign(claims)))
    assert.equal((await errorIn(ask(es384.sign(claims, { typ: 'JWT' })))).reason, 'typ')
    assert.equal((await errorIn(ask(es384.sign({ ...claims, iss: A.issuer, aud: A.audience })))).reason, 'algorithm')
    await principalIn(ask(A.key.sign(accessTokenClaims({ iss: A.issuer, aud: A.audience }), { typ: 'JWT' })))
  })

  test('an issuer that is none is nobody, however it is written', async () => {
    const { ask } = made()
    const odd = [undefined, null, '', 42, [A.issuer], { a: A.issuer }, `${A.issuer}/`, A.issuer.toUpperCase()]
    for (const iss of [...odd, ` ${A.issuer}`, '__proto__', 'constructor', 'x'.repeat(600)]) {
      assert.equal((await errorIn(ask(A.token({ iss })))).reason, 'issuer', JSON.stringify(iss))
    }
    const [header = '', , signature = ''] = A.token().split('.')
    for (const payload of ['null', '[]', '"x"', '{', '']) {
      const token = `${header}.${encode(payload) || 'e30'}.${signature}`
      assert.equal((await errorIn(ask(token))).reason, 'issuer', payload)
    }
  })

  test('of two issuers in one token the last counts, for the key and for the rules alike', async () => {
    const { ask } = made()
    const text = JSON.stringify(accessTokenClaims({ iss: A.issuer, aud: A.audience }))
    const twice = text.replace('{', `{"iss":"${B.issuer}",`)
    const header = encode({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt' })
    assert.equal((await principalIn(ask(A.key.signParts(header, encode(twice))))).issuer, A.issuer)
    assert.equal((await errorIn(ask(B.key.signParts(header, encode(twice))))).reason, 'signature')
  })
})

suite('key sets of several issuers', () => {
  const remote = ({ issuer, audience }: typeof A): IssuerOptions => ({
    ...{ issuer, audience, algorithms: ['ES256'], jwksUri: `${issuer}/jwks` },
  })
  const published = (issuer: string) => `${issuer.replace('https://', '')}/jwks`

  function remotes(options: Partial<AccessTokenOptions> = {}) {
    const server = fakeIssuer(
      Object.fromEntries([A, B].map((each) => [published(each.issuer), { keys: [each.key.jwk] }])),
    )
    const all = made({ issuers: [remote(A), remote(B)], fetch: server.fetch, cacheTtlSeconds: 3_600, ...options })
    const fetches = (issuer: string) => server.asked.filter((url) => url === `${issuer}/jwks`).length
    return { ...all, server, fetches }
  }

  test('are fetched when their first token comes, each for itself', async () => {
    const { ask, fetches } = remotes()
    assert.deepEqual([fetches(A.issuer), fetches(B.issuer)], [0, 0])
    await principalIn(ask(A.token()))
    assert.deepEqual([fetches(A.issuer), fetches(B.issuer)], [1, 0])
    await principalIn(ask(B.token()))
    assert.deepEqual([fetches(A.issuer), fetches(B.issuer)], [1, 1])
  })

  test('a key that leaves one takes its cached tokens along, and those of no other', async () => {
    const { ask, clock, server, fetches } = remotes()
    const [ofA, ofB] = [A.token({ exp: NOW + 3_000 }), B.token({ exp: NOW + 3_000 })]
    await principalIn(ask(ofA))
    await principalIn(ask(ofB))
    const successor = createSigningKey('ES256', 'key-2')
    server.answer(published(A.issuer), { keys: [successor.jwk] })
    clock.advance(31)
    await principalIn(ask(successor.sign(accessTokenClaims({ iss: A.issuer, aud: A.audience }))))
    assert.equal((await errorIn(ask(ofA))).reason, 'unknown key')
    assert.equal(atOnce(ask(ofB)).outcome, 'authenticated')
    assert.equal(fetches(B.issuer), 1)
  })

  test('a key that two issuers share leaves each for itself', async () => {
    const { ask, clock, server } = remotes()
    server.answer(published(B.issuer), { keys: [A.key.jwk] })
    const ofB = A.key.sign(accessTokenClaims({ iss: B.issuer, aud: B.audience, exp: NOW + 3_000 }))
    const ofA = A.token({ exp: NOW + 3_000 })
    await principalIn(ask(ofA))
    await principalIn(ask(ofB))
    server.answer(published(B.issuer), { keys: [B.key.jwk] })
    clock.advance(301)
    await eventually(async () => assert.equal((await errorIn(ask(ofB))).code, 'invalid_token'))
    assert.equal((await principalIn(ask(ofA))).issuer, A.issuer)
  })

  test('one that cannot be had is 503 for its own tokens, and for no others', async () => {
    const { ask, server } = remotes()
    server.answer(published(A.issuer), new Response('', { status: 500 }))
    await assert.rejects(async () => ask(A.token()), DependencyError)
    await principalIn(ask(B.token()))
  })

  /** Attack row J-07. */
  test('10,000 unknown kids are one fetch per cooldown, of their issuer alone, while known keys work', async () => {
    const { ask, clock, fetches } = remotes()
    await principalIn(ask(A.token()))
    await principalIn(ask(B.token()))
    const [, payload = '', signature = ''] = A.token().split('.')
    const junk = (index: number) => `${encode({ alg: 'ES256', kid: `kid-${index}` })}.${payload}.${signature}`
    clock.advance(30)
    for (let index = 0; index < 10_000; index++) {
      const answer = ask(junk(index))
      if (index % 1_000 === 0) {
        assert.equal((await ask(A.token({ jti: `fresh-${index}` }))).outcome, 'authenticated')
        assert.equal((await ask(B.token({ jti: `fresh-${index}` }))).outcome, 'authenticated')
      }
      assert.equal((await errorIn(answer)).reason, 'unknown key')
    }
    assert.deepEqual([fetches(A.issuer), fetches(B.issuer)], [2, 1])
    clock.advance(30)
    await Promise.all(Array.from({ length: 1_000 }, async (_, index) => errorIn(ask(junk(index)))))
    assert.deepEqual([fetches(A.issuer), fetches(B.issuer)], [3, 1])
  })
})

suite('tenants that are found by a function', () => {
  function tenants() {
    const known = new Map([A, B].map(({ issuer, options }) => [issuer, options]))
    const asked: string[] = []
    const resolver = async (name: string) => {
      asked.push(name)
      return known.get(name)
    }
    return { ...made({ issuers: resolver, cacheTtlSeconds: 3_600 }), known, asked }
  }

  test('are asked for once, for many parallel tokens', async () => {
    const { ask, asked } = tenants()
    const tokens = Array.from({ length: 500 }, (_, index) => A.token({ jti: `token-${index}` }))
    await Promise.all(tokens.map(async (token) => principalIn(ask(token))))
    assert.deepEqual(asked, [A.issuer])
  })

  test('end with their cached tokens when they are removed, within ten minutes', async () => {
    const { ask, clock, known } = tenants()
    const token = A.token({ exp: NOW + 3_600 })
    await principalIn(ask(token))
    known.delete(A.issuer)
    clock.advance(300)
    await principalIn(ask(token))
    await eventually(async () => assert.equal((await errorIn(ask(token))).reason, 'issuer'))
  })

  test('end with their cached tokens when their options change', async () => {
    const { ask, clock, known } = tenants()
    const token = A.token({ exp: NOW + 3_600 })
    await principalIn(ask(token))
    known.set(A.issuer, { ...A.options, audience: 'https://other.example.test' })
    clock.advance(300)
    await principalIn(ask(token))
    await eventually(async () => assert.equal((await errorIn(ask(token))).reason, 'audience'))
  })

  test('end on a connection that has shown their tokens before', async () => {
    const { subject, clock, known } = tenants()
    const request = requestView({ authorization: `Bearer ${A.token({ exp: NOW + 3_600 })}` }, { connection: {} })
    for (let round = 0; round < 3; round++) await principalIn(subject.authenticate(request))
    known.delete(A.issuer)
    clock.advance(300)
    await subject.authenticate(request)
    await eventually(async () => assert.equal((await errorIn(subject.authenticate(request))).reason, 'issuer'))
  })

  test('go on while 10,000 tokens of unknown issuers come', async () => {
    const { ask, asked } = tenants()
    await principalIn(ask(A.token()))
    const [header = '', , signature = ''] = A.token().split('.')
    const answers: Promise<unknown>[] = []
    for (let index = 0; index < 10_000; index++) {
      const payload = encode({ iss: `https://junk-${index}.example.test` })
      answers.push(
        Promise.resolve()
          .then(() => ask(`${header}.${payload}.${signature}`))
          .catch((error: unknown) => error),
      )
      if (index % 100 === 0) {
        assert.equal((await ask(A.token({ jti: `token-${index}` }))).outcome, 'authenticated')
        await turn()
      }
    }
    const settled = await Promise.all(answers)
    const refused = settled.filter((answer) => !(answer instanceof DependencyError))
    assert.ok(settled.length === 10_000 && refused.length > 0)
    assert.ok(asked.length < 10_001)
    await principalIn(ask(B.token()))
  })

  test('that answer with a shared secret are 503: HS256 stands alone', async () => {
    const secret = 'x'.repeat(32)
    const { ask } = made({ issuers: (issuer) => ({ issuer, audience: 'x', algorithms: ['HS256'], secret }) })
    await assert.rejects(async () => ask(A.token()), DependencyError)
  })
})
