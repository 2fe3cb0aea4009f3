import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { IssuerOptions } from '../../../../lib/authenticate/jwt/issuer.ts'
import { type Issuers, listedIssuers } from '../../../../lib/authenticate/jwt/issuers.ts'
import { JwtVerifier } from '../../../../lib/authenticate/jwt/verifier.ts'
import type { Fetch } from '../../../../lib/effects.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import type { CachedToken } from '../../../../lib/store/token-cache.ts'
import { NOW } from '../../../support/access-token.ts'
import { testClock } from '../../../support/clock.ts'
import { fakeIssuer } from '../../../support/fake-issuer.ts'
import { atOnce, errorIn, principalIn } from '../../../support/outcomes.ts'
import { encode } from '../../../support/signing-key.ts'
import { tenant } from '../../../support/tenant-tokens.ts'

const [A, B] = [tenant('a'), tenant('b')] as const

function made(list: readonly IssuerOptions[] = [A.options, B.options], fetch: Fetch = globalThis.fetch) {
  const clock = testClock()
  const issuers = listedIssuers('test', list, { fetch, now: clock.now, warn: () => undefined })
  return { clock, issuers, ...verifierOf(issuers, clock.now) }
}

function verifierOf(issuers: Issuers, now: () => number) {
  const verifier = new JwtVerifier({ issuers, cacheTtlSeconds: 300, now })
  const remembered: CachedToken[] = []
  return { verifier, remembered, verify: (token: string) => verifier.verify(token, (entry) => remembered.push(entry)) }
}

test('a good token is answered at once, and told to be remembered: until it expires, and no longer than said', async () => {
  const { verify, remembered, issuers } = made()
  for (const exp of [NOW + 100, NOW + 600]) {
    await turn()
    const answer = atOnce(verify(A.token({ exp })))
    assert.equal(answer.outcome === 'authenticated' && answer.principal, remembered.at(-1)?.principal)
  }
  assert.deepEqual(
    remembered.map(({ expiresAt }) => expiresAt),
    [NOW + 100, NOW + 300],
  )
  const [entry] = remembered
  assert.equal(entry?.rulesId, issuers.known(A.issuer)?.rulesId)
  assert.ok(issuers.known(A.issuer)?.keySet.holds(entry?.keyId ?? ''))
  assert.ok(!issuers.known(B.issuer)?.keySet.holds(entry?.keyId ?? ''))
})

test('within its tolerance an expired token passes, and is remembered for no time', async () => {
  const { verify, remembered, verifier } = made()
  await principalIn(verify(A.token({ exp: NOW - 3 })))
  assert.equal(remembered.length, 1)
  assert.ok(remembered.every((entry) => !verifier.isGood(entry)))
})

suite('why a token is refused, in this order', () => {
  const [header = '', payload = '', signature = ''] = A.token().split('.')
  const head = (changes: Readonly<Record<string, unknown>>) =>
    `${encode({ alg: 'ES256', kid: 'key-1', typ: 'at+jwt', ...changes })}.${payload}.${signature}`
  const refused: readonly (readonly [string, string])[] = [
    ['header', `${encode('[]')}.${payload}.${signature}`],
    ['crit', head({ crit: ['x'] })],
    ['algorithm', head({ alg: 'none' })],
    ['issuer', `${header}.${encode({ iss: 'https://nobody.example.test' })}.${signature}`],
    ['issuer', `${header}.${encode('no JSON')}.${signature}`],
    ['algorithm', head({ alg: 'RS256' })],
    ['no kid', head({ kid: undefined })],
    ['unknown key', head({ kid: 'key-2' })],
    ['signature', head({ typ: 'JWT' })],
    ['typ', A.key.signParts(encode({ alg: 'ES256', kid: 'key-1', typ: 'dpop+jwt' }), payload)],
    ['audience', A.token({ aud: B.audience })],
    ['expired', A.token({ exp: NOW - 6 })],
    ['roles cannot be represented', A.token({ roles: 'admin' })],
  ]
  for (const [reason, token] of refused) {
    test(reason, async () => {
      const { verify, remembered } = made()
      const error = await errorIn(verify(token))
      assert.deepEqual([error.code, error.reason, remembered], ['invalid_token', reason, []])
    })
  }

  test('only that it has expired is told', async () => {
    const { verify } = made()
    assert.equal((await errorIn(verify(A.token({ exp: NOW - 6 })))).detail, 'The access token has expired.')
    assert.equal((await errorIn(verify(A.token({ aud: 'x' })))).detail, undefined)
  })
})

test('keys that come later make the answer later, and a failure of theirs is none of the token', async () => {
  const server = fakeIssuer({ '/jwks': { keys: [A.key.jwk] } })
  const { keys: _keys, ...options } = A.options
  const { verify } = made([{ ...options, jwksUri: `${A.issuer}/jwks` }, B.options], server.fetch)
  const first = verify(A.token())
  assert.ok(first instanceof Promise)
  await principalIn(first)
  await turn()
  atOnce(verify(A.token()))
  server.setDown(true)
  const { verify: down } = made([{ ...options, jwksUri: `${A.issuer}/jwks` }], server.fetch)
  await assert.rejects(async () => down(A.token()), DependencyError)
})

test('an issuer that is found later makes the answer later, and one that is not found a refusal', async () => {
  const { issuers, clock } = made()
  const later: Issuers = { ...issuers, only: undefined, find: async (name) => issuers.known(name) }
  const { verify } = verifierOf(later, clock.now)
  await principalIn(verify(A.token()))
  assert.equal((await errorIn(verify(A.token({ iss: 'x' })))).reason, 'issuer')
  const failing: Issuers = { ...later, find: () => Promise.reject(new DependencyError('issuer resolver', 'failed')) }
  await assert.rejects(async () => verifierOf(failing, clock.now).verify(A.token()), DependencyError)
})

test('the only issuer is not looked for, and its name is compared all the same', async () => {
  const { issuers, clock } = made([A.options])
  const only: Issuers = { ...issuers, find: () => assert.fail('it is looked for') }
  const { verify } = verifierOf(only, clock.now)
  await principalIn(verify(A.token()))
  assert.equal((await errorIn(verify(A.token({ iss: B.issuer })))).reason, 'issuer')
})

suite('what is remembered is good', () => {
  async function entry(): Promise<ReturnType<typeof made> & { readonly entry: CachedToken }> {
    const all = made()
    await all.verify(A.token())
    return { ...all, entry: all.remembered[0] ?? assert.fail() }
  }

  test('until it expires', async () => {
    const { verifier, clock, entry: good } = await entry()
    clock.advance(299.999)
    assert.ok(verifier.isGood(good))
    clock.advance(0.001)
    assert.ok(!verifier.isGood(good))
    assert.ok(!verifier.isGood({ ...good, expiresAt: Number.NaN }))
  })

  test('with the key and the rules of the issuer that its principal names, and not of another', async () => {
    const { verifier, issuers, entry: good } = await entry()
    const ofB = issuers.known(B.issuer)
    assert.ok(verifier.isGood(good))
    assert.ok(!verifier.isGood({ ...good, rulesId: ofB?.rulesId ?? '' }))
    assert.ok(!verifier.isGood({ ...good, keyId: 'another' }))
    const { keyId: _keyId, ...withoutKey } = good
    assert.ok(!verifier.isGood(withoutKey))
    const { verify, remembered } = made([B.options])
    await verify(B.token())
    const other = remembered[0] ?? assert.fail()
    assert.ok(verifier.isGood(other), 'the same issuer, by the same rules')
    assert.ok(!verifier.isGood({ ...other, principal: good.principal }))
    assert.ok(!verifier.isGood({ ...good, principal: other.principal }))
  })

  test('not where its issuer is none of ours', async () => {
    const { entry: good } = await entry()
    assert.ok(!made([B.options]).verifier.isGood(good))
    assert.ok(!made([B.options, tenant('c').options]).verifier.isGood(good))
  })
})
