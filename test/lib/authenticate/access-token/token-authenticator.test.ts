import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type TokenOptions, tokenSettings } from '../../../../lib/authenticate/access-token/options.ts'
import { tokenAuthenticator } from '../../../../lib/authenticate/access-token/token-authenticator.ts'
import { type Authentication, authenticated, rejected } from '../../../../lib/authenticate/authenticator.ts'
import type { ProofVerifier } from '../../../../lib/authenticate/proof-of-possession.ts'
import type { Awaitable } from '../../../../lib/effects.ts'
import { DependencyError } from '../../../../lib/errors.ts'
import type { Principal } from '../../../../lib/principal.ts'
import type { RevocationList } from '../../../../lib/store/revocation-list.ts'
import { ISSUER } from '../../../support/access-token.ts'
import { atOnce, errorIn, principal, principalIn } from '../../../support/outcomes.ts'
import { bearer, requestView } from '../../../support/request-view.ts'

const PROOFS: ProofVerifier = { algorithms: ['ES256', 'EdDSA'], verify: () => undefined }
const CNF = { jkt: 'J'.repeat(43) }

const DESCRIBED = { method: 'access-token', methods: ['jwt'], issuers: [ISSUER], canIntrospect: false }

/** An authenticator whose tokens all verify to what a test says. */
function made(answer: Awaitable<Authentication>, options: TokenOptions = {}) {
  const verified: string[] = []
  const subject = tokenAuthenticator(DESCRIBED, tokenSettings('test', options), (token) => {
    verified.push(token)
    return answer
  })
  return { subject, verified }
}

const revoking = (covers: (principal: Principal) => boolean): RevocationList => ({ covers, revoke: () => undefined })
const alice = authenticated(principal())
const bound = authenticated(principal({ claims: { cnf: CNF } }))

test('it says where a token is read from, and what a 401 offers', () => {
  const { subject } = made(alice, { realm: 'orders' })
  assert.deepEqual(subject.sources, [{ header: 'authorization', scheme: 'Bearer' }])
  assert.deepEqual(subject.challenges, [{ scheme: 'Bearer', parameters: { realm: 'orders' } }])
  assert.deepEqual(
    [subject.method, subject.issuers, subject.urlParameters],
    ['access-token', [ISSUER], ['access_token']],
  )
})

test('with proofs it reads these too, and offers the algorithms that they may be signed with', () => {
  const { subject } = made(alice, { dpop: PROOFS, resourceMetadata: 'https://api.example.test/meta' })
  assert.deepEqual(
    subject.sources.map(({ header, scheme }) => [header, scheme]),
    [
      ['authorization', 'Bearer'],
      ['authorization', 'DPoP'],
      ['dpop', undefined],
    ],
  )
  const parameters = { realm: 'api', resource_metadata: 'https://api.example.test/meta' }
  assert.deepEqual(subject.challenges, [
    { scheme: 'Bearer', parameters },
    { scheme: 'DPoP', parameters: { ...parameters, algs: 'ES256 EdDSA' } },
  ])
})

suite('a token', () => {
  test('is answered at once when its verifier does', () => {
    const { subject, verified } = made(alice)
    assert.equal(atOnce(subject.authenticate(bearer('x'))), alice)
    assert.deepEqual(verified, ['x'])
  })

  test('that is absent is not verified', () => {
    const { subject, verified } = made(alice)
    for (const credentials of [{}, { authorization: 'Basic x' }, { authorization: 'DPoP x' }, { dpop: 'x' }]) {
      assert.equal(atOnce(subject.authenticate(requestView(credentials))).outcome, 'absent')
    }
    assert.deepEqual(verified, [])
  })

  test('that is too long is not verified', async () => {
    const { subject, verified } = made(alice)
    assert.equal((await errorIn(subject.authenticate(bearer('x'.repeat(8_193))))).reason, 'too long')
    await principalIn(subject.authenticate(bearer('x'.repeat(8_192))))
    assert.equal(verified.length, 1)
  })

  test('that is rejected stays so, at once or later, whatever is revoked', async () => {
    const fail = (): never => assert.fail('nobody is asked about it')
    for (const answer of [rejected('signature'), Promise.resolve(rejected('signature'))]) {
      const { subject } = made(answer, { revocations: revoking(fail), dpop: { algorithms: [], verify: fail } })
      assert.equal((await errorIn(subject.authenticate(bearer('x')))).reason, 'signature')
    }
  })

  test('that cannot be verified is 503', async () => {
    const { subject } = made(Promise.reject(new DependencyError('key set', 'is down')))
    await assert.rejects(async () => subject.authenticate(bearer('x')), DependencyError)
  })
})

suite('revocation', () => {
  test('is asked about every time, also about what is verified later', async () => {
    let isRevoked = false
    const asked: string[] = []
    const revocations = revoking(({ subject }) => {
      asked.push(subject)
      return isRevoked
    })
    for (const answer of [alice, Promise.resolve(alice)]) {
      isRevoked = false
      const { subject } = made(answer, { revocations })
      await principalIn(subject.authenticate(bearer('x')))
      isRevoked = true
      const error = await errorIn(subject.authenticate(bearer('x')))
      assert.deepEqual([error.code, error.reason, error.detail], ['invalid_token', 'revoked', undefined])
    }
    assert.deepEqual(asked, Array(4).fill('alice'))
  })

  test('that cannot be told is 503, and never access', async () => {
    const revocations = revoking(() => {
      throw new DependencyError('revocations', 'are not up to date')
    })
    for (const answer of [alice, Promise.resolve(alice)]) {
      await assert.rejects(async () => made(answer, { revocations }).subject.authenticate(bearer('x')), DependencyError)
    }
  })

  test('comes before the proof: a revoked token uses up none', async () => {
    const fail = (): never => assert.fail('a proof is judged')
    const { subject } = made(bound, { revocations: revoking(() => true), dpop: { algorithms: [], verify: fail } })
    assert.equal((await errorIn(subject.authenticate(requestView({ authorization: 'DPoP x' })))).reason, 'revoked')
  })
})

suite('possession', () => {
  const dpop = requestView({ authorization: 'DPoP x', dpop: 'proof' })

  test('of a bound token is to be proven, whether it is verified at once or later', async () => {
    for (const answer of [bound, Promise.resolve(bound)]) {
      await principalIn(made(answer, { dpop: PROOFS }).subject.authenticate(dpop))
      const { subject } = made(answer, { dpop: PROOFS })
      assert.equal((await errorIn(subject.authenticate(bearer('x')))).reason, 'bound token as a bearer token')
    }
  })

  test('is not asked of a token that is not bound, which is no DPoP token then', async () => {
    const { subject } = made(alice, { dpop: PROOFS })
    await principalIn(subject.authenticate(bearer('x')))
    assert.equal((await errorIn(subject.authenticate(dpop))).reason, 'token not bound to a key')
  })

  test('that cannot be verified here is refused: a bound token is no bearer token', async () => {
    const { subject } = made(bound)
    assert.equal((await errorIn(subject.authenticate(bearer('x')))).reason, 'bound token as a bearer token')
    assert.equal(atOnce(subject.authenticate(dpop)).outcome, 'absent')
  })

  test('is judged anew for each request', async () => {
    let proofs = 0
    const verify = () => {
      proofs++
      return undefined
    }
    const { subject } = made(bound, { dpop: { algorithms: ['ES256'], verify } })
    for (let round = 0; round < 3; round++) await principalIn(subject.authenticate(dpop))
    assert.equal(proofs, 3)
  })

  for (const cnf of [null, { kid: 'k' }, 'x']) {
    test(`of ${JSON.stringify(cnf)} cannot be proven`, async () => {
      const { subject } = made(authenticated(principal({ claims: { cnf } })), { dpop: PROOFS })
      for (const request of [bearer('x'), dpop]) {
        assert.equal((await errorIn(subject.authenticate(request))).reason, 'confirmation method')
      }
    })
  }
})
