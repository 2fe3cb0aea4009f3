import assert from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { suite, test } from 'node:test'
import { NOW } from '../support/access-token.ts'
import { dpopProof, ORIGIN, type ProofParts, publicJwk, thumbprintOf } from '../support/dpop-proof.ts'
import { proofGateway } from '../support/proof-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { type SentProof, sentProofs } from '../support/sent-proofs.ts'
import { createSigningKey, encode } from '../support/signing-key.ts'

const issuer = createSigningKey('ES256', 'issuer')
/** Alice has the token and its key; Mallory has a key of his own, and whatever he has seen of Alice's. */
const [alice, mallory] = [createSigningKey('ES256', 'alice'), createSigningKey('ES256', 'mallory')]
const gateway = await proofGateway({ issuer })
const bound = gateway.token({ cnf: { jkt: thumbprintOf(alice) }, exp: NOW + 80_000 })
const proofOf = (parts: ProofParts = {}, signer = alice) => dpopProof(signer, { token: bound, ...parts })

const { send, answerTo } = sentProofs(gateway, bound)
const BAD_PROOF = '401 invalid_dpop_proof'

function refuseEach(proofs: Readonly<Record<string, string>>, expected = BAD_PROOF): void {
  for (const [name, proof] of Object.entries(proofs)) {
    test(`${name}: ${expected}`, async () => {
      assert.equal(await answerTo([proof]), expected)
      assert.deepEqual(gateway.take(), [])
    })
  }
}

test('a good proof is good, and neither it nor the token goes on', async () => {
  assert.equal(await answerTo([proofOf()]), '200')
  const [headers = []] = gateway.take()
  const names = headers.map((text) => text.toLowerCase())
  assert.ok(names.includes('x-user-id'))
  assert.ok(!names.includes('dpop') && !names.includes('authorization'))
  assert.ok(!headers.some((text) => text.includes(bound.slice(-40))))
})

suite('a proof that was seen on its way', () => {
  test('is not good again', async () => {
    const proof = proofOf()
    assert.equal(await answerTo([proof]), '200')
    for (let round = 0; round < 3; round++) assert.equal(await answerTo([proof]), BAD_PROOF)
    assert.equal(gateway.take().length, 1)
  })

  test('sent 200 times at once, it is good once', async () => {
    const proof = proofOf()
    const answers = await Promise.all(Array.from({ length: 200 }, () => answerTo([proof])))
    assert.equal(answers.filter((answer) => answer === '200').length, 1)
    assert.equal(answers.filter((answer) => answer === BAD_PROOF).length, 199)
    assert.equal(gateway.take().length, 1)
  })

  const uses: Readonly<Record<string, SentProof>> = {
    'with another method': { method: 'POST' },
    'with HEAD': { method: 'HEAD' },
    'with another method in an override': { method: 'POST', headers: ['X-HTTP-Method-Override: GET'] },
    'on another path': { target: '/orders/43' },
    'on a longer path': { target: '/orders/42/lines' },
    'with a slash at the end': { target: '/orders/42/' },
    'on a path in other case': { target: '/Orders/42' },
    'on another path, which a header calls this one': { target: '/admin', headers: ['X-Original-URL: /orders/42'] },
  }
  for (const [name, use] of Object.entries(uses)) {
    test(`is not good ${name}`, async () => {
      const answer = await answerTo([proofOf()], use)
      assert.equal(answer, BAD_PROOF)
      assert.deepEqual(gateway.take(), [])
    })
  }

  test('is not good for another token, not even of the same key', async () => {
    const other = gateway.token({ cnf: { jkt: thumbprintOf(alice) }, jti: 'token-2', roles: ['admin'] })
    assert.equal(await answerTo([proofOf()], { token: other }), BAD_PROOF)
    assert.equal(await answerTo([proofOf({ claims: { ath: undefined } })]), BAD_PROOF)
    assert.deepEqual(gateway.take(), [])
  })
})

suite('where a proof is for', () => {
  const evil = 'https://evil.example'
  test('is where clients find the gateway, whatever Host says', async () => {
    const fields = ['Host: evil.example', `Authorization: DPoP ${bound}`]
    const forwarded = ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: https', 'Forwarded: host=evil.example']
    for (const origin of [evil, 'http://evil.example', `http://evil.example:${gateway.port}`]) {
      const proof = `DPoP: ${proofOf({ claims: { htu: `${origin}/orders/42` } })}`
      for (const headers of [
        [...fields, proof],
        [...fields, ...forwarded, proof],
      ]) {
        const answer = await sendRequestLines(gateway.port, { target: '/orders/42', headers })
        assert.match(answer, /^HTTP\/1\.1 401 .*error="invalid_dpop_proof"/s)
      }
    }
    const own = [...fields, `DPoP: ${proofOf()}`]
    assert.equal(statusOf(await sendRequestLines(gateway.port, { target: '/orders/42', headers: own })), 200)
    assert.equal(gateway.take().length, 1)
  })

  const targets = [
    `${evil}/orders/42`,
    `http://api.example.test/orders/42`,
    `${ORIGIN}:8443/orders/42`,
    `${ORIGIN}.evil.example/orders/42`,
    `https://api.example.test@evil.example/orders/42`,
    `${evil}/?${ORIGIN}/orders/42`,
    `${evil}\\@api.example.test/orders/42`,
    `${ORIGIN}//orders/42`,
    `${ORIGIN}/orders%2f42`,
    `${ORIGIN}/orders/42%00`,
    `${ORIGIN}/orders/42/..`,
    '/orders/42',
    '',
  ]
  refuseEach(Object.fromEntries(targets.map((htu) => [htu, proofOf({ claims: { htu } })])))

  test('is one place in several spellings: RFC 3986 section 6.2', async () => {
    for (const [target, htu] of [
      ['/orders/42', 'HTTPS://API.example.test:443/orders/42'],
      ['/orders/42?limit=1', `${ORIGIN}/orders/42`],
      ['/orders/42?limit=1', `${ORIGIN}/orders/42?other=2#top`],
      ['/%6frders/42', `${ORIGIN}/orders/42`],
      ['/%6Frders/42', `${ORIGIN}/%6frders/42`],
      ['/orders/42', `${ORIGIN}/%6frders/%34%32`],
      ['/caf%c3%a9', `${ORIGIN}/caf%C3%A9`],
    ] as const) {
      assert.equal(await answerTo([proofOf({ claims: { htu } })], { target }), '200', htu)
    }
    gateway.take()
  })

  test('is no path with an encoded twin', async () => {
    for (const target of ['/orders%2F42', '/orders%252F42', '/a/../orders/42', '//orders/42', '/orders/42;x']) {
      assert.match(await answerTo([proofOf()], { target }), /^400/, target)
      assert.match(await answerTo([proofOf({ claims: { htu: ORIGIN + target } })], { target }), /^400/, target)
    }
    assert.deepEqual(gateway.take(), [])
  })
})

suite('a proof by another key', () => {
  const head = (header: Readonly<Record<string, unknown>>) => encode({ alg: 'ES256', typ: 'dpop+jwt', ...header })
  const [header = '', payload = '', signature = ''] = proofOf().split('.')
  const pem = createPublicKey(alice.privateKey).export({ type: 'spki', format: 'pem' })
  const macHead = encode({ alg: 'HS256', typ: 'dpop+jwt', jwk: publicJwk(alice) })
  const mac = createHmac('sha256', pem).update(`${macHead}.${payload}`).digest('base64url')
  refuseEach({
    'of Mallory': proofOf({}, mallory),
    "of Mallory, who names Alice's": proofOf({ header: { jwk: publicJwk(alice) } }, mallory),
    "of Mallory, who names Alice's by kid": proofOf({ header: { kid: thumbprintOf(alice) } }, mallory),
    "of Mallory, with Alice's key in x5c and jku": proofOf({ header: { x5c: ['MII'], jku: ORIGIN } }, mallory),
    'without a key': proofOf({ header: { jwk: undefined } }),
    'without a key, by kid': proofOf({ header: { jwk: undefined, kid: 'issuer' } }, issuer),
    'without a key, by jku': proofOf({ header: { jwk: undefined, jku: 'http://127.0.0.1:9/' } }),
    'with a private key': proofOf({ header: { jwk: alice.privateKey.export({ format: 'jwk' }) } }),
    'with a symmetric key': proofOf({ header: { jwk: { kty: 'oct', k: 'c2VjcmV0' } } }),
    'with a MAC under the public key': `${macHead}.${payload}.${mac}`,
    unsigned: `${encode({ alg: 'none', typ: 'dpop+jwt', jwk: publicJwk(alice) })}.${payload}.`,
    'unsigned, with a signature': `${head({ alg: 'none', jwk: publicJwk(alice) })}.${payload}.${signature}`,
    'with a signature of nothing': `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
    'with a signature in DER': `${header}.${payload}.${encode('0D\x02 x')}`,
    'which the token calls crit': proofOf({ header: { crit: ['jwk'] } }),
    'with an unencoded payload': proofOf({ header: { b64: false, crit: ['b64'] } }),
    'that is an access token': issuer.sign({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()) }),
    'whose type is another': proofOf({ header: { typ: 'JWT' } }),
  })
})

suite('a proof out of its time, or without what it must say', () => {
  const claims: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'iat in the past': { iat: NOW - 66 },
    'iat in the future': { iat: NOW + 6 },
    'iat in milliseconds': { iat: NOW * 1000 },
    'iat as a fraction': { iat: NOW + 0.5 },
    'iat as text': { iat: String(NOW) },
    'iat in a list': { iat: [NOW] },
    'no iat': { iat: undefined },
    'no iat, but nbf and exp': { iat: undefined, nbf: NOW, exp: NOW + 60 },
    'no jti': { jti: undefined },
    'an empty jti': { jti: '' },
    'a number for jti': { jti: 1 },
    'a long jti': { jti: 'x'.repeat(300) },
    'no htm': { htm: undefined },
    'htm in lower case': { htm: 'get' },
    'htm in a list': { htm: ['GET'] },
    'no htu': { htu: undefined },
    'htu in a list': { htu: [`${ORIGIN}/orders/42`] },
    'no ath': { ath: undefined },
    'ath in another case': { ath: 'A'.repeat(43) },
  }
  refuseEach(Object.fromEntries(Object.entries(claims).map(([name, said]) => [name, proofOf({ claims: said })])))
  refuseEach({ 'iat 1e999': withRawIat('1e999'), 'iat -0': withRawIat('-0'), 'iat true': withRawIat('true') })

  function withRawIat(iat: string): string {
    const [header = '', payload = ''] = proofOf({ claims: { iat: 0 } }).split('.')
    const text = Buffer.from(payload, 'base64url').toString().replace('"iat":0', `"iat":${iat}`)
    return alice.signParts(header, encode(text))
  }
})

suite('how a proof comes', () => {
  test('once: two fields are two credentials', async () => {
    assert.equal(await answerTo([proofOf(), proofOf()]), '400')
    const same = proofOf()
    assert.equal(await answerTo([same, same]), '400')
    assert.equal(await answerTo([proofOf()], { headers: ['dpop: '] }), '400')
    assert.deepEqual(gateway.take(), [])
  })

  refuseEach({
    'two in a list': `${proofOf()}, ${proofOf()}`,
    'a list with nothing': `${proofOf()},`,
    'in quotes': `"${proofOf()}"`,
    'of 8 KiB': proofOf({ claims: { note: 'x'.repeat(5_300) } }),
    'of dots': '.'.repeat(8_000),
    nothing: '',
  })

  test('not in a header that folds to the name, nor in the query', async () => {
    assert.equal(await answerTo([], { headers: [`D_PoP: ${proofOf()}`] }), BAD_PROOF)
    assert.equal(await answerTo([], { target: `/orders/42?dpop=${proofOf()}` }), BAD_PROOF)
    assert.deepEqual(gateway.take(), [])
  })

  test('16 KiB are too many for a request at all', async () => {
    assert.equal(statusOf(await send(['x'.repeat(17_000)])), 431)
  })
})
