import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { ProofReader } from '../../../../lib/authenticate/dpop/proof-reader.ts'
import { targetTest } from '../../../../lib/authenticate/dpop/target.ts'
import { JWS_ALGORITHMS, type JwsAlgorithm } from '../../../../lib/authenticate/jwt/algorithms.ts'
import { NOW } from '../../../support/access-token.ts'
import { dpopProof, ORIGIN, provenRequest, publicJwk, thumbprintOf } from '../../../support/dpop-proof.ts'
import { requestView } from '../../../support/request-view.ts'
import { createSigningKey, encode, type SigningKey } from '../../../support/signing-key.ts'

function readerOf(algorithms: readonly JwsAlgorithm[]): ProofReader {
  return new ProofReader({
    algorithms: new Set(algorithms),
    isTarget: targetTest('dpopVerifier', [ORIGIN]),
    maxAgeSeconds: 60,
    clockToleranceSeconds: 5,
    now: () => NOW,
  })
}

const reader = readerOf(['ES256', 'EdDSA', 'Ed25519'])
const key = createSigningKey('ES256')
const other = createSigningKey('ES256')
const jkt = thumbprintOf(key)

/** The word for the log; `good` when the proof is. */
async function reasonFor(proof: string, signer: SigningKey = key, subject = reader): Promise<string> {
  const answer = await subject.read(provenRequest(proof), 'token', thumbprintOf(signer))
  return typeof answer === 'string' ? answer : 'good'
}

suite('a proof is good, signed with', () => {
  const all = readerOf(JWS_ALGORITHMS)
  for (const algorithm of JWS_ALGORITHMS) {
    test(algorithm, async () => {
      const signer = createSigningKey(algorithm)
      assert.equal(await reasonFor(dpopProof(signer), signer, all), 'good')
      const isDefault = ['ES256', 'EdDSA', 'Ed25519'].includes(algorithm)
      assert.equal(await reasonFor(dpopProof(signer), signer), isDefault ? 'good' : 'algorithm')
    })
  }

  test('an RSA key of 4,096 bits, with room left', async () => {
    const signer = createSigningKey('RS256', 'big', generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey)
    const proof = dpopProof(signer)
    assert.ok(proof.length < 3_000, `${proof.length}`)
    assert.equal(await reasonFor(proof, signer, all), 'good')
  })
})

suite('the header of a proof', () => {
  const jwk = publicJwk(key)
  const headers: Readonly<Record<string, readonly [Readonly<Record<string, unknown>>, string]>> = {
    'typ dpop+jwt as a media type, in any case': [{ typ: 'application/DPoP+JWT' }, 'good'],
    'a kid, which is not asked': [{ kid: 'key-1' }, 'good'],
    'URLs and certificates, which are not looked at': [{ jku: 'http://127.0.0.1:1/', x5u: 'x', x5c: ['MII'] }, 'good'],
    'no typ': [{ typ: undefined }, 'typ'],
    'typ JWT': [{ typ: 'JWT' }, 'typ'],
    'typ at+jwt': [{ typ: 'at+jwt' }, 'typ'],
    'typ in a list': [{ typ: ['dpop+jwt'] }, 'typ'],
    'no alg': [{ alg: undefined }, 'algorithm'],
    'alg none': [{ alg: 'none' }, 'algorithm'],
    'alg HS256': [{ alg: 'HS256' }, 'algorithm'],
    'alg es256': [{ alg: 'es256' }, 'algorithm'],
    'alg of another kind of key': [{ alg: 'EdDSA' }, 'key'],
    'alg in a list': [{ alg: ['ES256'] }, 'algorithm'],
    crit: [{ crit: ['exp'], exp: NOW + 60 }, 'crit'],
    'an empty crit': [{ crit: [] }, 'crit'],
    'b64 false': [{ b64: false }, 'crit'],
    'b64 true': [{ b64: true }, 'crit'],
    'no jwk': [{ jwk: undefined }, 'no jwk'],
    'no jwk, but a kid': [{ jwk: undefined, kid: jkt }, 'no jwk'],
    'no jwk, but a jku': [{ jwk: undefined, jku: 'http://127.0.0.1:1/' }, 'no jwk'],
    'a private jwk': [{ jwk: key.privateKey.export({ format: 'jwk' }) }, 'private key'],
    'the jwk of another': [{ jwk: publicJwk(other) }, 'not the key of the token'],
    'a jwk with another spelling of a coordinate': [{ jwk: { ...jwk, x: twinOf(jwk.x) } }, 'not the key of the token'],
    'a kid that is no text': [{ kid: 1 }, 'kid'],
  }
  for (const [name, [header, expected]] of Object.entries(headers)) {
    test(`${name}: ${expected}`, async () => assert.equal(await reasonFor(dpopProof(key, { header })), expected))
  }
})

suite('a proof is refused', () => {
  const good = dpopProof(key)
  const [header = '', payload = '', signature = ''] = good.split('.')

  test('when there is none', async () => {
    assert.equal(reader.read(requestView({ authorization: 'DPoP token' }), 'token', jkt), 'none')
    assert.equal(await reasonFor(''), 'no compact JWS')
  })

  const texts: Readonly<Record<string, string>> = {
    'two in one field': `${good}, ${good}`,
    'two in one field, without a space': `${good},${good}`,
    'with a space': ` ${good}`,
    'with padding': `${header}=.${payload}=.${signature}=`,
    'in JSON': JSON.stringify({ protected: header, payload, signature }),
    'without signature': `${header}.${payload}.`,
    'of two parts': `${header}.${payload}`,
    'of five parts': `${good}.A.A`,
    'longer than is read': dpopProof(key, { claims: { note: 'x'.repeat(3_000) } }),
    'of 8 KiB': dpopProof(key, { claims: { note: 'x'.repeat(5_500) } }),
    quoted: `"${good}"`,
  }
  for (const [name, text] of Object.entries(texts)) {
    test(name, async () => assert.equal(await reasonFor(text), 'no compact JWS'))
  }

  test('with a header that is no object', async () => {
    for (const part of ['null', '[]', '"x"', '{', '']) {
      assert.match(await reasonFor(`${encode(part)}.${payload}.${signature}`), /^(?:header|no compact JWS)$/)
    }
  })

  test('with a payload that is no object', async () => {
    const head = encode({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk(key) })
    for (const text of ['null', '[]', '"x"', '5', '{']) {
      assert.equal(await reasonFor(key.signParts(head, encode(text))), 'signature', text)
    }
  })

  test('signed by another key than it brings', async () => {
    const forged = dpopProof(other, { header: { jwk: publicJwk(key) } })
    assert.equal(await reasonFor(forged), 'signature')
  })

  test('changed afterwards', async () => {
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), jti: 'another' }
    assert.equal(await reasonFor(`${header}.${encode(claims)}.${signature}`), 'signature')
    assert.equal(await reasonFor(`${header}.${payload}.${twinOf(signature)}`), 'signature')
    assert.equal(await reasonFor(`${header}.${payload}.${'A'.repeat(86)}`), 'signature')
  })

  test('with a MAC under its own public key', async () => {
    const head = encode({ alg: 'HS256', typ: 'dpop+jwt', jwk: publicJwk(key) })
    const pem = key.jwk.x ?? ''
    const mac = createHmac('sha256', pem).update(`${head}.${payload}`).digest('base64url')
    assert.equal(await reasonFor(`${head}.${payload}.${mac}`), 'algorithm')
  })

  test('when it says what does not fit the request', async () => {
    for (const [name, value] of Object.entries({
      htm: 'POST',
      htu: `${ORIGIN}/orders/43`,
      ath: 'x',
      iat: NOW - 66,
      jti: '',
    })) {
      const reason = await reasonFor(dpopProof(key, { claims: { [name]: value } }))
      assert.equal(reason, name === 'iat' ? 'too old' : name)
    }
  })
})

/** The same bytes in a spelling that is not canonical: RFC 4648 section 3.5. */
function twinOf(text = ''): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const twin = text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1]
  assert.deepEqual(Buffer.from(twin, 'base64url'), Buffer.from(text, 'base64url'))
  return twin
}
