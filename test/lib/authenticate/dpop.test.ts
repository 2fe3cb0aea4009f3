import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type DpopOptions, dpopVerifier } from '../../../lib/authenticate/dpop.ts'
import { jwtAuthenticator } from '../../../lib/authenticate/jwt.ts'
import { formatChallenges } from '../../../lib/challenge.ts'
import type { Awaitable } from '../../../lib/effects.ts'
import { type AuthError, DependencyError } from '../../../lib/errors.ts'
import { memoryReplayStore } from '../../../lib/store/memory.ts'
import type { ReplayStore } from '../../../lib/store/replay-store.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../../support/access-token.ts'
import { testClock } from '../../support/clock.ts'
import { dpopProof, ORIGIN, provenRequest, thumbprintOf } from '../../support/dpop-proof.ts'
import { atOnce, errorIn, principalIn } from '../../support/outcomes.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'
import { bearer, requestView } from '../../support/request-view.ts'
import { createSigningKey } from '../../support/signing-key.ts'

const key = createSigningKey('ES256', 'holder')
const jkt = thumbprintOf(key)
const secret = 'a secret of the whole fleet, 32+ bytes'
const subject = (options: Partial<DpopOptions> = {}) => dpopVerifier({ origins: [ORIGIN], now: () => NOW, ...options })

const reasonOf = (error: AuthError | undefined) => error && `${error.code}: ${error.reason}`
const verdict = async (answer: Awaitable<AuthError | undefined>) => reasonOf(await answer)

suite('the example of RFC 9449 section 7.1', () => {
  const token = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
  const proof = [
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19',
    'eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9',
    '2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA',
  ].join('.')
  const thumbprint = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
  const request = provenRequest(proof, token, { path: '/protectedresource' })
  const made = (iat: number) => dpopVerifier({ origins: ['https://resource.example.org'], now: () => iat })

  test('is good in its time, once, and for nothing else', async () => {
    const verifier = made(1_562_262_618)
    assert.equal(await verdict(verifier.verify(request, `${token}x`, thumbprint)), 'invalid_dpop_proof: proof: ath')
    assert.equal(
      await verdict(verifier.verify(request, token, jkt)),
      'invalid_dpop_proof: proof: not the key of the token',
    )
    assert.equal(await verdict(verifier.verify(request, token, thumbprint)), undefined)
    assert.equal(await verdict(verifier.verify(request, token, thumbprint)), 'invalid_dpop_proof: proof: used before')
  })

  test('is too old by now', async () => {
    assert.equal(await verdict(made(NOW).verify(request, token, thumbprint)), 'invalid_dpop_proof: proof: too old')
  })
})

suite('a proof is good once', () => {
  test('and with the store in memory the first answer of a turn comes at once', async () => {
    const verifier = subject()
    const proof = dpopProof(key)
    for (const expected of [undefined, 'invalid_dpop_proof: proof: used before']) {
      await turn()
      assert.equal(reasonOf(atOnce(verifier.verify(provenRequest(proof), 'token', jkt))), expected)
    }
    assert.equal(await verdict(verifier.verify(provenRequest(dpopProof(key)), 'token', jkt)), undefined)
  })

  test('by its jti: signed anew, for another request, it is the same proof', async () => {
    const verifier = subject()
    const claims = { jti: 'same' }
    const first = provenRequest(dpopProof(key, { claims }))
    const second = provenRequest(dpopProof(key, { claims: { ...claims, htm: 'POST' } }), 'token', { method: 'POST' })
    assert.equal(await verifier.verify(first, 'token', jkt), undefined)
    assert.equal(await verdict(verifier.verify(second, 'token', jkt)), 'invalid_dpop_proof: proof: used before')
  })

  test('and the jti of one client is not that of another', async () => {
    const verifier = subject()
    const another = createSigningKey('Ed25519')
    const claims = { jti: 'same' }
    assert.equal(await verifier.verify(provenRequest(dpopProof(key, { claims })), 'token', jkt), undefined)
    const request = provenRequest(dpopProof(another, { claims }))
    assert.equal(await verifier.verify(request, 'token', thumbprintOf(another)), undefined)
  })

  test('in every second in which it is good at all', async () => {
    const clock = testClock()
    const verifier = subject({ now: clock.now })
    const request = provenRequest(dpopProof(key))
    clock.set(NOW - 5)
    assert.equal(await verifier.verify(request, 'token', jkt), undefined)
    for (let second = -5; second <= 65; second += 0.5) {
      clock.set(NOW + second)
      assert.equal(await verdict(verifier.verify(request, 'token', jkt)), 'invalid_dpop_proof: proof: used before')
    }
    clock.set(NOW + 65.001)
    assert.equal(await verdict(verifier.verify(request, 'token', jkt)), 'invalid_dpop_proof: proof: too old')
  })

  test('and is not used up by being refused', async () => {
    const verifier = subject()
    const proof = dpopProof(key)
    for (const refused of [
      verifier.verify(provenRequest(proof, 'token', { method: 'POST' }), 'token', jkt),
      verifier.verify(provenRequest(proof, 'token', { path: '/other' }), 'token', jkt),
      verifier.verify(provenRequest(proof), 'another token', jkt),
    ]) {
      assert.match((await verdict(refused)) ?? '', /^invalid_dpop_proof/)
    }
    assert.equal(await verdict(verifier.verify(provenRequest(proof), 'token', jkt)), undefined)
  })

  test('the store is told neither token nor proof', async () => {
    const claims: [string, number][] = []
    const replayStore: ReplayStore = { claim: (...claim) => claims.push(claim) > 0 }
    const proof = dpopProof(key, { claims: { jti: 'the-id' } })
    assert.equal(await subject({ replayStore }).verify(provenRequest(proof), 'token', jkt), undefined)
    assert.deepEqual(claims, [[`dpop:${jkt}:the-id`, NOW + 66]])
  })
})

suite('a replay store', () => {
  const verify = (replayStore: ReplayStore, options: Partial<DpopOptions> = {}) =>
    subject({ replayStore, ...options }).verify(provenRequest(dpopProof(key)), 'token', jkt)

  test('may answer later', async () => {
    const store = memoryReplayStore({ now: () => NOW })
    const replayStore = { claim: async (id: string, expiresAt: number) => store.claim(id, expiresAt) }
    const request = provenRequest(dpopProof(key))
    const verifier = subject({ replayStore })
    const answers = await Promise.all(Array.from({ length: 100 }, () => verifier.verify(request, 'token', jkt)))
    assert.equal(answers.filter((answer) => answer === undefined).length, 1)
  })

  for (const answer of [undefined, null, 1, 'OK', {}, 'true']) {
    test(`that says ${JSON.stringify(answer)} has not said that it is the first, nor that it is not`, async () => {
      await assert.rejects(async () => verify({ claim: () => untyped(answer) }), DependencyError)
    })
  }

  test('that throws or rejects decides nothing: the request ends as 503', async () => {
    const failure = new DependencyError('replay store', 'down')
    const claim = () => {
      throw failure
    }
    await assert.rejects(async () => verify({ claim }), failure)
    await assert.rejects(async () => verify({ claim: () => Promise.reject(failure) }), failure)
  })

  test('that does not answer in time decides nothing', async () => {
    const never = { claim: () => new Promise<boolean>(() => {}) }
    await assert.rejects(async () => verify(never, { deadlineMs: 10 }), DependencyError)
  })

  test('in memory that is full lets nobody in', async () => {
    const verifier = subject({ replayStore: memoryReplayStore({ maxEntries: 1, now: () => NOW }) })
    assert.equal(await verifier.verify(provenRequest(dpopProof(key)), 'token', jkt), undefined)
    await assert.rejects(async () => verifier.verify(provenRequest(dpopProof(key)), 'token', jkt), DependencyError)
  })
})

suite('nonces', () => {
  test('are given with the refusal of a proof without one, and open the way', async () => {
    const verifier = subject({ nonces: { secret } })
    const error = await verifier.verify(provenRequest(dpopProof(key)), 'token', jkt)
    assert.equal(reasonOf(error), 'use_dpop_nonce: proof: no nonce')
    const nonce = error?.answerHeaders['dpop-nonce']
    assert.ok(nonce)
    assert.equal(await verifier.verify(provenRequest(dpopProof(key, { claims: { nonce } })), 'token', jkt), undefined)
  })

  test('that are none of ours, or old, are answered with one', async () => {
    const clock = testClock()
    const verifier = subject({ nonces: { secret }, now: clock.now })
    const nonceOf = (error: AuthError | undefined) => error?.answerHeaders['dpop-nonce'] ?? assert.fail()
    const old = nonceOf(await verifier.verify(provenRequest(dpopProof(key)), 'token', jkt))
    clock.advance(600)
    for (const nonce of [old, '', 'x'.repeat(43), 1, null, [old]]) {
      const proof = dpopProof(key, { claims: { nonce, iat: NOW + 600 } })
      const error = await verifier.verify(provenRequest(proof), 'token', jkt)
      assert.equal(reasonOf(error), 'use_dpop_nonce: proof: nonce')
      assert.notEqual(nonceOf(error), old)
    }
  })

  test('that are not required may be left out, but not be wrong', async () => {
    const verifier = subject({ nonces: { secret, required: false } })
    assert.equal(await verifier.verify(provenRequest(dpopProof(key)), 'token', jkt), undefined)
    const wrong = dpopProof(key, { claims: { nonce: 'x' } })
    assert.equal(await verdict(verifier.verify(provenRequest(wrong), 'token', jkt)), 'use_dpop_nonce: proof: nonce')
  })

  test('are not asked when there are none: what an authorization server wanted is of no concern', async () => {
    const proof = dpopProof(key, { claims: { nonce: 'of the authorization server' } })
    assert.equal(await subject().verify(provenRequest(proof), 'token', jkt), undefined)
  })

  test('are given to holders of the key only', async () => {
    const verifier = subject({ nonces: { secret } })
    const forged = dpopProof(createSigningKey('ES256'))
    const error = await verifier.verify(provenRequest(forged), 'token', jkt)
    assert.deepEqual([error?.code, error?.answerHeaders], ['invalid_dpop_proof', {}])
  })
})

suite('options of dpopVerifier', () => {
  test('the algorithms are those of its challenge', () => {
    assert.deepEqual(subject().algorithms, ['ES256', 'EdDSA', 'Ed25519'])
    assert.deepEqual(subject({ algorithms: ['PS256'] }).algorithms, ['PS256'])
  })

  const refused: readonly (readonly [unknown, string])[] = [
    [null, 'object'],
    [{ origins: undefined }, '"origins"'],
    [{ origins: ['api.example.test'] }, '"origins"'],
    [{ origin: ORIGIN }, 'unknown option "origin"'],
    [{ algorithms: [] }, '"algorithms"'],
    [{ algorithms: ['HS256'] }, '"algorithms" holds "HS256"'],
    [{ algorithms: ['none'] }, '"algorithms" holds "none"'],
    [{ algorithms: ['ES256', 'ES256'] }, '"algorithms"'],
    [{ replayStore: {} }, '"replayStore"'],
    [{ replayStore: null }, '"replayStore"'],
    [{ maxAgeSeconds: 0 }, '"maxAgeSeconds"'],
    [{ maxAgeSeconds: 601 }, '"maxAgeSeconds" must be at most 600'],
    [{ clockToleranceSeconds: -1 }, '"clockToleranceSeconds"'],
    [{ clockToleranceSeconds: 301 }, '"clockToleranceSeconds" must be at most 300'],
    [{ nonces: {} }, '"nonces.secret"'],
    [{ nonces: true }, 'object'],
    [{ deadlineMs: 0 }, '"deadlineMs"'],
    [{ now: 1 }, '"now"'],
  ]
  for (const [options, word] of refused) {
    test(`${JSON.stringify(options)} is refused at boot`, () => {
      const all = options === null ? null : { origins: [ORIGIN], ...(options as object) }
      assertRefusedOption(() => dpopVerifier(untyped(all)), 'dpopVerifier', word)
    })
  }
})

suite('a token that is bound to a key', () => {
  const signingKey = createSigningKey('ES256')
  const bound = signingKey.sign(accessTokenClaims({ cnf: { jkt } }))
  const unbound = signingKey.sign(accessTokenClaims())
  const tokens = (dpop = subject()) =>
    jwtAuthenticator({
      ...{ issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'], keys: { keys: [signingKey.jwk] } },
      ...{ now: () => NOW, dpop },
    })
  const reason = async (request: ReturnType<typeof requestView>) =>
    (await errorIn(tokens().authenticate(request))).reason

  test('is good with a proof, also from the cache, each time another', async () => {
    const authenticator = tokens()
    for (let round = 0; round < 3; round++) {
      const request = provenRequest(dpopProof(key, { token: bound }), bound)
      assert.equal((await principalIn(authenticator.authenticate(request))).subject, 'alice')
    }
    const proof = dpopProof(key, { token: bound })
    await principalIn(authenticator.authenticate(provenRequest(proof, bound)))
    const error = await errorIn(authenticator.authenticate(provenRequest(proof, bound)))
    assert.equal(reasonOf(error), 'invalid_dpop_proof: proof: used before')
  })

  test('is refused as a bearer token, with and without a proof: RFC 9449 section 7.2', async () => {
    const proof = dpopProof(key, { token: bound })
    assert.equal(await reason(bearer(bound)), 'bound token as a bearer token')
    const both = requestView({ authorization: `Bearer ${bound}`, dpop: proof })
    assert.equal(await reason(both), 'bound token as a bearer token')
  })

  test('is refused without a proof', async () => {
    const error = await errorIn(tokens().authenticate(requestView({ authorization: `DPoP ${bound}` })))
    assert.equal(reasonOf(error), 'invalid_dpop_proof: proof: none')
  })

  test('that is not bound is refused by the scheme for those that are', async () => {
    assert.equal(await reason(provenRequest(dpopProof(key, { token: unbound }), unbound)), 'token not bound to a key')
  })

  test('that is not bound is good as a bearer token, whatever proof a client sends besides', async () => {
    const request = requestView({ authorization: `Bearer ${unbound}`, dpop: 'anything' })
    assert.equal((await principalIn(tokens().authenticate(request))).subject, 'alice')
  })

  test('a proof without a token is no credential', () => {
    assert.equal(atOnce(tokens().authenticate(requestView({ dpop: dpopProof(key) }))).outcome, 'absent')
  })

  test('that is bad is told before its proof is looked at, and uses none up', async () => {
    const claims: string[] = []
    const replayStore: ReplayStore = { claim: (id) => claims.push(id) > 0 }
    const expired = signingKey.sign(accessTokenClaims({ cnf: { jkt }, exp: NOW - 60 }))
    const request = provenRequest(dpopProof(key, { token: expired }), expired)
    const error = await errorIn(tokens(subject({ replayStore })).authenticate(request))
    assert.equal(reasonOf(error), 'invalid_token: expired')
    assert.deepEqual(claims, [])
  })

  test('is offered by a challenge with the algorithms: RFC 9449 section 7.1', () => {
    const field = formatChallenges(tokens().challenges)
    assert.equal(field, 'Bearer realm="api", DPoP realm="api", algs="ES256 EdDSA Ed25519"')
  })
})
