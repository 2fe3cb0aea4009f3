import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { allOf } from '../../../lib/authenticate/all-of.ts'
import { anonymous } from '../../../lib/authenticate/anonymous.ts'
import { anyOf } from '../../../lib/authenticate/any-of.ts'
import { apiKeyAuthenticator } from '../../../lib/authenticate/api-key.ts'
import type { Authenticator } from '../../../lib/authenticate/authenticator.ts'
import { dpopVerifier } from '../../../lib/authenticate/dpop.ts'
import { hmacAuthenticator } from '../../../lib/authenticate/hmac.ts'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { rehearsalOf, rehearse, withoutClaims } from '../../../lib/authenticate/rehearsal.ts'
import type { RequestView } from '../../../lib/request-view.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import type { ReplayStore } from '../../../lib/store/replay-store.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { apiKeysFixture, granted } from '../../support/api-keys-fixture.ts'
import { dpopProof, ORIGIN, provenRequest, thumbprintOf } from '../../support/dpop-proof.ts'
import { headerAuthenticator } from '../../support/fake-authenticator.ts'
import { setUp, signed } from '../../support/http-signatures.ts'
import { errorIn, principal, principalIn } from '../../support/outcomes.ts'
import { requestView } from '../../support/request-view.ts'
import { signedHeaders } from '../../support/signed-request.ts'
import { createSigningKey } from '../../support/signing-key.ts'

const SECRET = 'a-shared-secret-of-at-least-thirty-two-bytes'

/** A replay store that is written down. */
function watchedReplays(): ReplayStore & { readonly claims: string[] } {
  const claims: string[] = []
  const store = memoryReplayStore({ now: () => NOW })
  return {
    claims,
    claim(id, expiresAt) {
      claims.push(id)
      return store.claim(id, expiresAt)
    },
  }
}

async function untoldOf(authenticator: Authenticator, request: RequestView): Promise<readonly string[]> {
  return (await rehearse(authenticator, request)).untold
}

test('who says nothing of effects is asked as it is', async () => {
  const authenticator = headerAuthenticator('x-api-key', { good: principal() })
  const { answer, untold } = await rehearse(authenticator, requestView({ 'x-api-key': 'good' }))
  assert.equal((await principalIn(answer)).subject, 'alice')
  assert.deepEqual(untold, [])
  assert.deepEqual(rehearsalOf(answer), { answer, untold: [] })
})

test('what claims nothing leaves nothing untold', async () => {
  const answer = { outcome: 'absent' } as const
  assert.deepEqual(await withoutClaims('it', () => answer), { answer, untold: [] })
})

suite('what counts once is not used up by a rehearsal, and is good afterwards', () => {
  async function holds(
    authenticator: Authenticator,
    { claims }: { readonly claims: readonly string[] },
    request: RequestView,
  ) {
    for (let count = 0; count < 2; count++) {
      const { answer, untold } = await rehearse(authenticator, request)
      await principalIn(answer)
      assert.match(untold.join(), /^whether the (?:signature|proof of possession) has been used before/)
      assert.equal(untold.length, 1)
    }
    assert.deepEqual(claims, [])
    await principalIn(authenticator.authenticate(request))
    assert.equal(claims.length, 1)
    await errorIn(authenticator.authenticate(request))
  }

  test('a signature by a shared secret', async () => {
    const replayStore = watchedReplays()
    const secrets = [createSecretKey(Buffer.from(SECRET))]
    const keys = { find: () => ({ keyId: 'partner-1', owner: 'acme', scopes: [], roles: [], secrets }) }
    const authenticator = hmacAuthenticator({ keys, replayStore, now: () => NOW })
    const headers = signedHeaders('partner-1', SECRET)
    const { 'x-signature': signature = '', ...others } = headers
    await holds(authenticator, replayStore, requestView({ 'x-signature': signature }, { headers: others }))
    assert.deepEqual(await untoldOf(authenticator, requestView()), [])
    const wrong = requestView({ 'x-signature': `hmac-sha256=${'A'.repeat(43)}=` }, { headers: others })
    assert.deepEqual(await untoldOf(authenticator, wrong), [], 'what is refused before is told as it is')
  })

  test('an HTTP Message Signature', async () => {
    const replayStore = watchedReplays()
    const { authenticator } = setUp({ replayStore })
    await holds(authenticator, replayStore, signed())
  })

  test('a DPoP proof', async () => {
    const replayStore = watchedReplays()
    const [issuerKey, holder] = [createSigningKey('ES256', 'issuer'), createSigningKey('ES256', 'holder')]
    const token = issuerKey.sign(accessTokenClaims({ cnf: { jkt: thumbprintOf(holder) } }))
    const authenticator = jwtAuthenticator({
      ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [issuerKey.jwk] }, now: () => NOW },
      dpop: dpopVerifier({ origins: [ORIGIN], replayStore, now: () => NOW }),
    })
    await holds(authenticator, replayStore, provenRequest(dpopProof(holder, { token }), token))
    const bare = requestView({ authorization: `Bearer ${issuerKey.sign(accessTokenClaims())}` })
    assert.deepEqual(await untoldOf(authenticator, bare), [])
  })
})

suite('an API key', () => {
  test('is not noted as used', async () => {
    const { keys, store, clock } = apiKeysFixture()
    const { key } = granted(await keys.create({ owner: 'acme', environment: 'live' }))
    const used: string[] = []
    const usage = { note: (id: string) => void used.push(id) }
    const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], usage, now: clock.now })
    const request = requestView({ 'x-api-key': key })
    await principalIn((await rehearse(authenticator, request)).answer)
    assert.deepEqual(used, [])
    await principalIn(authenticator.authenticate(request))
    assert.equal(used.length, 1)
  })

  test('that is bad is not counted, and is answered as it would be', async () => {
    const { store, clock } = apiKeysFixture()
    const guesses = { limit: 2, windowSeconds: 60 }
    const authenticator = apiKeyAuthenticator({ keys: store, environments: ['live'], guesses, now: clock.now })
    const request = requestView({ 'x-api-key': 'junk' })
    const rehearsed = async () => (await errorIn((await rehearse(authenticator, request)).answer)).code
    const answered = async () => (await errorIn(authenticator.authenticate(request))).code
    for (let count = 0; count < 5; count++) assert.equal(await rehearsed(), 'invalid_token')
    for (const code of ['invalid_token', 'invalid_token', 'too_many_requests', 'too_many_requests']) {
      assert.equal(await rehearsed(), code)
      assert.equal(await answered(), code)
    }
  })
})

suite('several', () => {
  const effect = (header: string, who = principal()): Authenticator => ({
    ...headerAuthenticator(header, { good: who }),
    rehearse: () => ({ answer: { outcome: 'authenticated', principal: who }, untold: [`of ${header}`] }),
  })

  test('of any, the one that speaks is rehearsed', async () => {
    const authenticator = anyOf(effect('x-one'), effect('x-other'), anonymous())
    assert.deepEqual(await untoldOf(authenticator, requestView({ 'x-one': 'good' })), ['of x-one'])
    assert.deepEqual(await untoldOf(authenticator, requestView({ 'x-other': 'good' })), ['of x-other'])
    const nobody = await rehearse(authenticator, requestView())
    assert.equal((await principalIn(nobody.answer)).kind, 'anonymous')
    const both = await rehearse(authenticator, requestView({ 'x-one': 'good', 'x-other': 'good' }))
    assert.equal((await errorIn(both.answer)).reason, 'two credentials')
    assert.deepEqual(await rehearse(anyOf(effect('x-one')), requestView()), {
      answer: { outcome: 'absent' },
      untold: [],
    })
  })

  test('of all, each is, and what all leave open is told', async () => {
    const authenticator = allOf([effect('x-one'), effect('x-other')])
    const { answer, untold } = await rehearse(authenticator, requestView({ 'x-one': 'good', 'x-other': 'good' }))
    assert.equal((await principalIn(answer)).subject, 'alice')
    assert.deepEqual(untold, ['of x-one', 'of x-other'])
    const strangers = allOf([effect('x-one'), effect('x-other', principal({ subject: 'bob' }))])
    await errorIn((await rehearse(strangers, requestView())).answer)
  })

  test('of all, one that throws fails the rehearsal', async () => {
    const failing: Authenticator = { ...headerAuthenticator('x-one', {}), rehearse: () => assert.fail('down') }
    await assert.rejects(async () => rehearse(allOf([failing, effect('x-other')]), requestView()), /down/)
  })
})
