import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { NOW } from '../support/access-token.ts'
import { testClock } from '../support/clock.ts'
import { dpopProof, type ProofParts, thumbprintOf } from '../support/dpop-proof.ts'
import { proofGateway } from '../support/proof-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { type SentProof, sentProofs } from '../support/sent-proofs.ts'
import { createSigningKey } from '../support/signing-key.ts'

const issuer = createSigningKey('ES256', 'issuer')
const [alice, mallory] = [createSigningKey('ES256', 'alice'), createSigningKey('ES256', 'mallory')]
const gateway = await proofGateway({ issuer })
const bound = gateway.token({ cnf: { jkt: thumbprintOf(alice) }, exp: NOW + 80_000 })
const proofOf = (parts: ProofParts = {}, signer = alice) => dpopProof(signer, { token: bound, ...parts })
const { send, answerTo } = sentProofs(gateway, bound)

const BAD_PROOF = '401 invalid_dpop_proof'

suite('a token and its scheme', () => {
  const unbound = gateway.token()
  const cases: Readonly<Record<string, readonly [string, readonly string[], SentProof]>> = {
    'bound, as a bearer token': ['401 invalid_token', [], { scheme: 'Bearer' }],
    'bound, as a bearer token with its proof': ['401 invalid_token', [proofOf()], { scheme: 'Bearer' }],
    'bound, without proof': [BAD_PROOF, [], {}],
    'bound, in any case of the scheme': ['200', [proofOf()], { scheme: 'dpop' }],
    'bound, in two fields, by both schemes': ['400', [proofOf()], { headers: [`Authorization: Bearer ${bound}`] }],
    'bound, in one field, by both schemes': ['400', [proofOf()], { token: `${bound}, Bearer ${bound}` }],
    'bound, in the query': ['400', [proofOf()], { target: `/orders/42?access_token=${bound}` }],
    'unbound, by the scheme DPoP': ['401 invalid_token', [proofOf({ token: unbound })], { token: unbound }],
    'unbound, as a bearer token with a proof': [
      '200',
      [proofOf({ token: unbound })],
      { token: unbound, scheme: 'Bearer' },
    ],
    'unbound, as a bearer token with junk for a proof': ['200', ['junk'], { token: unbound, scheme: 'Bearer' }],
    'bound by something else': [
      '401 invalid_token',
      [proofOf()],
      { token: gateway.token({ cnf: { kid: thumbprintOf(alice) } }) },
    ],
    'bound by nothing': ['401 invalid_token', [proofOf()], { token: gateway.token({ cnf: {} }) }],
    'bound by a list': [
      '401 invalid_token',
      [proofOf()],
      { token: gateway.token({ cnf: { jkt: [thumbprintOf(alice)] } }) },
    ],
    'bound to a certificate, without TLS': [
      '401 invalid_token',
      [],
      { token: gateway.token({ cnf: { 'x5t#S256': 'A'.repeat(43) } }), scheme: 'Bearer' },
    ],
    'bound to a certificate and a key, without TLS': [
      '401 invalid_token',
      [proofOf()],
      { token: gateway.token({ cnf: { 'x5t#S256': 'A'.repeat(43), jkt: thumbprintOf(alice) } }) },
    ],
  }
  for (const [name, [expected, proofs, sent]] of Object.entries(cases)) {
    test(`${name}: ${expected}`, async () => {
      assert.match(`${await answerTo(proofs, sent)} `, new RegExp(`^${expected} `))
      assert.equal(gateway.take().length, expected === '200' ? 1 : 0)
    })
  }

  test('a proof alone is no credential: the answer says what could be one', async () => {
    const answer = await sendRequestLines(gateway.port, {
      target: '/orders/42',
      headers: ['Host: api.example.test', `DPoP: ${proofOf()}`],
    })
    assert.match(answer, /^HTTP\/1\.1 401 /)
    assert.match(answer, /^www-authenticate: Bearer realm="api", DPoP realm="api", algs="ES256 EdDSA Ed25519"\r$/im)
  })

  test('a bad proof is answered with the challenge of its scheme: RFC 9449 section 7.1', async () => {
    const field = 'DPoP realm="api", algs="ES256 EdDSA Ed25519", error="invalid_dpop_proof"'
    const answer = await send([proofOf({}, mallory)])
    assert.equal(/^www-authenticate: (.*)\r$/im.exec(answer)?.[1], field)
  })

  test('nothing of token or proof is in an answer', async () => {
    const proof = proofOf({ claims: { jti: 'canary-jti' } })
    await send([proof])
    const answer = await send([proof])
    for (const text of ['canary-jti', thumbprintOf(alice), ...bound.split('.'), ...proof.split('.')]) {
      assert.ok(!answer.includes(text))
    }
    gateway.take()
  })
})

suite('nonces', () => {
  const clock = testClock()
  const secret = 'a secret of the whole fleet, of 32 bytes and more'

  test('missing, old, forged, of another fleet: each is answered with a good one, which opens the way', async () => {
    const fleet = await proofGateway({ issuer, dpop: { nonces: { secret } }, now: clock.now })
    const others = await proofGateway({ issuer, dpop: { nonces: { secret: `${secret}!` } }, now: clock.now })
    const claimsOf = (nonce: unknown) => ({ iat: clock.now(), ...(nonce !== undefined && { nonce }) })
    const ask = (nonce: unknown, to = fleet) => send([proofOf({ claims: claimsOf(nonce) })], { to })
    const nonceIn = (answer: string) => /^dpop-nonce: (\S+)\r$/im.exec(answer)?.[1] ?? assert.fail(answer)
    const foreign = nonceIn(await ask(undefined, others))
    const old = nonceIn(await ask(undefined))
    clock.advance(600)
    for (const nonce of [undefined, old, foreign, '', 'x'.repeat(43), `${old}x`, 1, { a: 1 }]) {
      const answer = await ask(nonce)
      assert.match(answer, /^HTTP\/1\.1 401 .*error="use_dpop_nonce"/s)
      assert.match(answer, /^cache-control: no-store\r$/im)
      assert.notEqual(nonceIn(answer), old)
    }
    assert.deepEqual(fleet.take(), [])
    const nonce = nonceIn(await ask(undefined))
    assert.equal(statusOf(await ask(nonce)), 200)
    clock.advance(300)
    assert.equal(statusOf(await ask(nonce)), 200, 'also in the next window')
    assert.equal(fleet.take().length, 2)
  })

  test('a proof that was made ahead is not good, though its time has come', async () => {
    const fleet = await proofGateway({ issuer, dpop: { nonces: { secret } }, now: clock.now })
    const ahead = proofOf({ claims: { iat: clock.now() + 3_600 } })
    clock.advance(3_600)
    assert.match(await send([ahead], { to: fleet }), /use_dpop_nonce/)
  })
})

suite('a gateway that takes no proofs', () => {
  test('takes no token that is bound, by either scheme', async () => {
    const plain = await proofGateway({ issuer, dpop: false })
    assert.equal(await answerTo([proofOf()], { to: plain }), '401')
    assert.equal(await answerTo([proofOf()], { to: plain, scheme: 'Bearer' }), '401 invalid_token')
    assert.deepEqual(plain.take(), [])
  })
})
