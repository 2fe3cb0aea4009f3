import assert from 'node:assert/strict'
import { createPublicKey, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sentTokens } from '../support/sent-tokens.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey, encode } from '../support/signing-key.ts'

const gateway = await attackedGateway()
const { signingKey } = gateway
const good = gateway.token()
const [header = '', payload = '', signature = ''] = good.split('.')
const signed = (claims: Readonly<Record<string, unknown>>, head?: Readonly<Record<string, unknown>>) =>
  signingKey.sign(gateway.claims(claims), head)
const { statusFor, assertNothingArrived, refuseEach } = sentTokens(gateway)

suite('a token that says by itself how it is to be verified is refused', () => {
  const algorithms = [
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    ' none',
    'none ',
    'HS256',
    'es256',
    'ES256 ',
    'ES384',
    'RS256',
    'Ed25519',
  ]
  const values = [...algorithms, undefined, null, 0, true, ['ES256'], { alg: 'ES256' }]
  const bad: Record<string, string> = {}
  for (const alg of values) {
    const head = encode({ typ: 'at+jwt', kid: 'key-1', ...(alg !== undefined && { alg }) })
    const name = `alg ${JSON.stringify(alg)}`
    bad[`${name}, without a signature`] = `${head}.${payload}.`
    bad[`${name}, with no third part`] = `${head}.${payload}`
    bad[`${name}, with the signature of another token`] = `${head}.${payload}.${signature}`
    bad[`${name}, signed`] = signingKey.signParts(head, payload)
  }
  bad['alg none with an unknown kid'] = `${encode({ alg: 'none', kid: 'unknown' })}.${payload}.`
  bad['alg twice, the good one first'] = signingKey.signParts(
    encode('{"alg":"ES256","alg":"none","typ":"at+jwt","kid":"key-1"}'),
    payload,
  )
  bad['another alg in capitals beside it'] = signingKey.signParts(encode('{"ALG":"ES256","kid":"key-1"}'), payload)
  refuseEach(bad)
})

suite('a token that brings the key to verify it with is refused, and nobody is asked for it', async () => {
  let asked = 0
  const port = await serve((_request, response) => {
    asked++
    response.end(JSON.stringify({ keys: [own.jwk] }))
  })
  const tcp = createServer()
  tcp.on('connection', () => asked++)
  const tcpPort = await serve(tcp)
  const own = createSigningKey('ES256', 'own')
  const pem = createPublicKey(own.privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  const url = `http://127.0.0.1:${port}/jwks`
  const headers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    jwk: { jwk: own.jwk },
    'jwk without a kid': { jwk: own.jwk, kid: undefined },
    "jwk under the issuer's kid": { jwk: own.jwk, kid: 'key-1' },
    jku: { jku: url },
    "jku under the issuer's kid": { jku: url, kid: 'key-1' },
    'jku of a tcp port': { jku: `http://127.0.0.1:${tcpPort}/` },
    'jku of the issuer with a user': { jku: `${gateway.issuer}@127.0.0.1:${port}/jwks` },
    'jku that is a file': { jku: 'file:///etc/passwd' },
    x5u: { x5u: url },
    x5c: { x5c: [pem] },
    "x5c under the issuer's kid": { x5c: [pem], kid: 'key-1' },
    x5t: { x5t: 'AAAA', 'x5t#S256': 'AAAA' },
    'a kid that is a URL': { kid: url },
    'a kid that is a path': { kid: '../../../../dev/null' },
    'a kid that is SQL': { kid: "' OR 1=1 --" },
    'a kid that is a command': { kid: '|/bin/true' },
    'a kid that is a key': { kid: pem },
    'a kid that is an object': { kid: { toString: 'key-1' } },
    'a kid that is a list': { kid: ['key-1'] },
    'a kid that is a number': { kid: 1 },
    'a kid of every object': { kid: '__proto__' },
    'an iss in the header': { iss: `http://127.0.0.1:${port}` },
  }
  for (const [name, head] of Object.entries(headers)) {
    test(name, async () => {
      assert.equal(await statusFor(`Bearer ${own.sign(gateway.claims(), head)}`), 401)
      assertNothingArrived()
      assert.equal(asked, 0)
    })
  }
  test('as an issuer of its own', async () => {
    const iss = `http://127.0.0.1:${port}`
    for (const issuer of [
      iss,
      [gateway.issuer, iss],
      `${gateway.issuer} ${iss}`,
      `${gateway.issuer}/`,
      gateway.issuer.slice(0, -1),
    ]) {
      assert.equal(await statusFor(`Bearer ${own.sign(gateway.claims({ iss: issuer }))}`), 401)
      assert.equal(await statusFor(`Bearer ${signed({ iss: issuer })}`), 401)
    }
    assertNothingArrived()
    assert.equal(asked, 0)
  })
})

suite('a header that asks for what is not understood is refused', () => {
  const crit: readonly unknown[] = [['x'], [], 'exp', ['exp'], ['b64'], null, {}, ['alg', 'kid'], 0, false]
  refuseEach({
    ...Object.fromEntries(
      crit.map((value) => [`crit ${JSON.stringify(value)}`, signed({}, { crit: value, x: 1, exp: 1 })]),
    ),
    'b64 false': signed({}, { b64: false }),
    'b64 false that is critical': signed({}, { b64: false, crit: ['b64'] }),
    'b64 true that is critical': signed({}, { b64: true, crit: ['b64'] }),
  })
})

suite('an ECDSA signature that is none is refused', () => {
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
  const ones = `${'0'.repeat(63)}1`
  const raw = Buffer.from(signature, 'base64url')
  const der = sign('sha256', Buffer.from(`${header}.${payload}`), signingKey.privateKey)
  const bytes: Readonly<Record<string, Buffer>> = {
    zeros: Buffer.alloc(64),
    'the order of the curve, twice': Buffer.from(order + order, 'hex'),
    'zero and one': Buffer.from('0'.repeat(64) + ones, 'hex'),
    'one and zero': Buffer.from(ones + '0'.repeat(64), 'hex'),
    'all bits': Buffer.alloc(64, 0xff),
    'in DER': der,
    'in DER, of zeros': Buffer.from('3006020100020100', 'hex'),
    'one byte short': raw.subarray(0, 63),
    'one byte long': Buffer.concat([raw, Buffer.alloc(1)]),
    'one byte long in front': Buffer.concat([Buffer.alloc(1), raw]),
    'of one byte': raw.subarray(0, 1),
    'of 3 bytes': raw.subarray(0, 3),
    twice: Buffer.concat([raw, raw]),
    'of halves in turn': Buffer.concat([raw.subarray(32), raw.subarray(0, 32)]),
  }
  refuseEach(
    Object.fromEntries(
      Object.entries(bytes).map(([name, value]) => [name, `${header}.${payload}.${value.toString('base64url')}`]),
    ),
  )
})

suite('a token in another spelling is refused', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet[alphabet.indexOf(signature.at(-1) ?? '') ^ 1] ?? ''
  refuseEach({
    'with another last letter of the signature': `${header}.${payload}.${signature.slice(0, -1)}${last}`,
    'with padding': `${good}==`,
    'in base64': `${header}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`,
    'with a dot behind': `${good}.`,
    'with a dot in front': `.${good}`,
    'with two dots': `${header}..${payload}.${signature}`,
  })
})

test('a good token that another signed, or that was changed, is refused', async () => {
  const stranger = createSigningKey('ES256', 'key-1')
  const changed = encode({ ...gateway.claims(), sub: 'root', roles: ['admin'] })
  for (const token of [
    stranger.sign(gateway.claims()),
    `${header}.${changed}.${signature}`,
    `${encode({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', x: 1 })}.${payload}.${signature}`,
  ]) {
    assert.equal(await statusFor(`Bearer ${token}`), 401)
  }
  assertNothingArrived()
})
