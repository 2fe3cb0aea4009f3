import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { provePossession } from '../../../../lib/authenticate/access-token/possession.ts'
import type { ProofVerifier } from '../../../../lib/authenticate/proof-of-possession.ts'
import { AuthError } from '../../../../lib/errors.ts'
import { clientCertificate } from '../../../support/client-certificate.ts'
import { atOnce, errorIn, principal, principalIn } from '../../../support/outcomes.ts'
import { requestView } from '../../../support/request-view.ts'

const CERTIFICATE = Buffer.from('the DER of a certificate')
const X5T = createHash('sha256').update(CERTIFICATE).digest('base64url')
const JKT = 'J'.repeat(43)
const REFUSAL = new AuthError('invalid_dpop_proof', { reason: 'proof' })

interface Changes {
  readonly cnf?: unknown
  readonly hasDpopScheme?: boolean
  readonly certificate?: Uint8Array
  readonly proofs?: ProofVerifier | undefined
}

function prove({ cnf, hasDpopScheme = false, certificate, proofs }: Changes) {
  // Of a certificate that nobody vouches for, the key is the client's all the same: RFC 8705 §2.2.
  const shown = certificate && clientCertificate(certificate, { isAuthorized: false })
  const request = requestView({}, shown ? { clientCertificate: shown } : {})
  const bound = principal({ claims: cnf === undefined ? {} : { cnf } })
  return provePossession(
    request,
    { token: 'TOKEN', hasDpopScheme },
    { outcome: 'authenticated', principal: bound },
    proofs,
  )
}

/** A verifier that is asked what it is to judge, and answers what a test says. */
function verifier(answer: ReturnType<ProofVerifier['verify']>) {
  const asked: (readonly [string, string])[] = []
  const proofs: ProofVerifier = {
    algorithms: ['ES256'],
    verify(_request, token, keyThumbprint) {
      asked.push([token, keyThumbprint])
      return answer
    },
  }
  return { asked, proofs }
}

suite('a token that is bound to nothing', () => {
  test('passes as a bearer token', async () => {
    await principalIn(prove({}))
    await principalIn(prove({ certificate: CERTIFICATE, proofs: verifier(REFUSAL).proofs }))
  })

  test('is refused under the scheme DPoP, and no proof is judged', async () => {
    const { asked, proofs } = verifier(undefined)
    assert.equal((await errorIn(prove({ hasDpopScheme: true, proofs }))).reason, 'token not bound to a key')
    assert.deepEqual(asked, [])
  })
})

suite('a token that is bound to a certificate', () => {
  const cnf = { 'x5t#S256': X5T }

  test('passes with it, at once', () => {
    assert.equal(atOnce(prove({ cnf, certificate: CERTIFICATE })).outcome, 'authenticated')
  })

  test('is refused with another, and with none', async () => {
    for (const changes of [{}, { certificate: Buffer.from('another') }, { certificate: new Uint8Array() }]) {
      const error = await errorIn(prove({ cnf, ...changes }))
      assert.deepEqual([error.code, error.reason], ['invalid_token', 'not the certificate of the token'])
    }
  })

  test('is refused under the scheme DPoP', async () => {
    const { proofs } = verifier(undefined)
    const answer = prove({ cnf, certificate: CERTIFICATE, hasDpopScheme: true, proofs })
    assert.equal((await errorIn(answer)).reason, 'token not bound to a key')
  })
})

suite('a token that is bound to a key', () => {
  const cnf = { jkt: JKT }

  test('passes with a good proof of that key for that token', async () => {
    const { asked, proofs } = verifier(undefined)
    assert.equal(atOnce(prove({ cnf, hasDpopScheme: true, proofs })).outcome, 'authenticated')
    assert.deepEqual(asked, [['TOKEN', JKT]])
    await principalIn(prove({ cnf, hasDpopScheme: true, proofs: verifier(Promise.resolve(undefined)).proofs }))
  })

  test('is refused with what its proof is refused with, at once or later', async () => {
    for (const answer of [REFUSAL, Promise.resolve(REFUSAL)]) {
      assert.equal(await errorIn(prove({ cnf, hasDpopScheme: true, proofs: verifier(answer).proofs })), REFUSAL)
    }
  })

  test('is refused as a bearer token, whatever proof is beside it', async () => {
    const { asked, proofs } = verifier(undefined)
    assert.equal((await errorIn(prove({ cnf, proofs }))).reason, 'bound token as a bearer token')
    assert.deepEqual(asked, [])
  })

  test('is refused where no proof can be verified', async () => {
    assert.equal((await errorIn(prove({ cnf, hasDpopScheme: true }))).reason, 'no proof can be verified')
  })

  test('a proof that cannot be judged is 503, and never access', async () => {
    const fail = () => Promise.reject(new Error('the replay store is down'))
    const proofs: ProofVerifier = { algorithms: [], verify: fail }
    await assert.rejects(async () => prove({ cnf, hasDpopScheme: true, proofs }), /is down/)
  })
})

suite('a token that is bound to both', () => {
  const cnf = { jkt: JKT, 'x5t#S256': X5T }
  const { proofs } = verifier(undefined)

  test('needs both', async () => {
    await principalIn(prove({ cnf, hasDpopScheme: true, certificate: CERTIFICATE, proofs }))
    await errorIn(prove({ cnf, hasDpopScheme: true, proofs }))
    await errorIn(prove({ cnf, certificate: CERTIFICATE, proofs }))
    const refusing = verifier(REFUSAL).proofs
    await errorIn(prove({ cnf, hasDpopScheme: true, certificate: CERTIFICATE, proofs: refusing }))
  })
})

suite('a token that is bound in a way that is not known', () => {
  for (const cnf of [null, {}, 'x', { jwk: {} }, { kid: 'k' }, { jkt: 'short' }, { jkt: JKT, kid: 'k' }]) {
    test(`${JSON.stringify(cnf)} is refused, under either scheme`, async () => {
      const { proofs } = verifier(undefined)
      for (const hasDpopScheme of [false, true]) {
        const answer = prove({ cnf, hasDpopScheme, certificate: CERTIFICATE, proofs })
        assert.equal((await errorIn(answer)).reason, 'confirmation method')
      }
    })
  }
})
