import assert from 'node:assert/strict'
import { createPublicKey, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey, encode } from '../support/signing-key.ts'

const gateway = await attackedGateway()
const { signingKey } = gateway
const good = gateway.token()
const [header = '', payload = '', signature = ''] = good.split('.')
const now = Math.floor(Date.now() / 1000)
const signed = (claims: Readonly<Record<string, unknown>>, head?: Readonly<Record<string, unknown>>) =>
  signingKey.sign(gateway.claims(claims), head)

async function statusFor(...fields: readonly string[]): Promise<number> {
  const headers = fields.map((field) => `Authorization: ${field}`)
  return statusOf(await sendRequestLines(gateway.port, { target: '/echo', headers }))
}

function assertNothingArrived(): void {
  assert.deepEqual(gateway.upstream.take(), [])
}

/** Each is refused over the wire, and the gateway goes on to take the good one. */
function refuseEach(tokens: Readonly<Record<string, string>>, status = 401): void {
  for (const [name, token] of Object.entries(tokens)) {
    test(name, async () => {
      assert.equal(await statusFor(`Bearer ${token}`), status)
      assertNothingArrived()
    })
  }
}

test('the good token is good', async () => {
  assert.equal(await statusFor(`Bearer ${good}`), 200)
  assert.equal(gateway.upstream.take().length, 1)
})

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

suite('a token with padding inside is no bearer token', () => {
  refuseEach({ 'in each part': `${header}=.${payload}=.${signature}=` }, 400)
})

suite('a token that is no compact JWS is refused', () => {
  const json = { payload, signatures: [{ protected: header, signature }] }
  refuseEach({
    'of five parts': `${encode({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' })}..AAAA.AAAA.AAAA`,
    'of five parts, with PBES2 that counts for ever': `${encode({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1e9 })}.A.A.A.A`,
    'of four parts': `${good}.AAAA`,
    'of one part': header,
    'of dots': '.'.repeat(8_000),
    'of dots, many more': '.'.repeat(12_000),
    'of 15 kB': `${header}.${'A'.repeat(14_000)}.${signature}`,
    'in base64 of JSON': encode(json),
    'empty parts': '..',
  })
  refuseEach(
    { 'in JSON': JSON.stringify(json), 'in flattened JSON': JSON.stringify({ payload, protected: header, signature }) },
    400,
  )
})

suite('a payload that is no object of claims is refused', () => {
  const head = encode({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1' })
  const text = JSON.stringify(gateway.claims())
  const payloads: Readonly<Record<string, string | Buffer>> = {
    ...{
      null: 'null',
      'a list': '[]',
      'a list of claims': `[${text}]`,
      'a string': '"s"',
      'a number': '5',
      text: 'hello',
    },
    ...{
      nothing: '',
      'a byte order mark': `\ufeff${text}`,
      'half of it': text.slice(0, 40),
      'two objects': text + text,
    },
    'depth without end': `{"a":${'['.repeat(3_000)}`,
    'bytes that are no UTF-8': Buffer.from(text.replace('alice', '\xff\xfe'), 'latin1'),
    'a comment': text.replace('{', '{/**/'),
  }
  refuseEach(
    Object.fromEntries(
      Object.entries(payloads).map(([name, value]) => [
        name,
        signingKey.signParts(head, Buffer.from(value).toString('base64url')),
      ]),
    ),
  )
})

suite('times that are none, or over, are refused', () => {
  const raw = (exp: string) =>
    signingKey.signParts(header, encode(JSON.stringify(gateway.claims({ exp: 0 })).replace('"exp":0', `"exp":${exp}`)))
  const exps = [
    '1e999',
    '-1e999',
    '"9999999999"',
    'null',
    'true',
    '[9999999999]',
    '{}',
    '-1',
    '0',
    `${now}000`,
    '9e15',
    `${now + 100}.5`,
  ]
  refuseEach({
    ...Object.fromEntries(exps.map((exp) => [`exp ${exp}`, raw(exp)])),
    'no exp': signed({ exp: undefined }),
    'exp in the past': signed({ exp: now - 60 }),
    'nbf in the future': signed({ nbf: now + 200 }),
    'nbf as text': signed({ nbf: String(now) }),
    'iat in the future': signed({ iat: now + 200 }),
    'iat as text': signed({ iat: String(now) }),
    'a life of years': signed({ exp: now + 10 * 365 * 86_400 }),
  })
})

suite('a token for something else is refused', () => {
  const audiences: readonly unknown[] = [
    'https://other.example.test',
    [],
    [['https://api.example.test']],
    {},
    undefined,
    null,
    '',
    1,
    true,
  ]
  refuseEach({
    ...Object.fromEntries(audiences.map((aud) => [`aud ${JSON.stringify(aud)}`, signed({ aud })])),
    'aud in another case': signed({ aud: 'HTTPS://api.example.test' }),
    'aud with a slash': signed({ aud: 'https://api.example.test/' }),
    'an ID token': signed({ nonce: 'n', at_hash: 'h', scope: undefined }, { typ: 'JWT' }),
    'an ID token that says at+jwt': signed({ nonce: 'n', at_hash: 'h', scope: undefined }),
    'a logout token': signed(
      { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
      { typ: 'logout+jwt' },
    ),
    'a logout token that says at+jwt': signed({ events: { x: {} } }),
    'a DPoP proof': signed(
      { htm: 'GET', htu: 'http://127.0.0.1/echo', jti: 'x' },
      { typ: 'dpop+jwt', jwk: signingKey.jwk },
    ),
    'a DPoP proof that says at+jwt': signed({ htm: 'GET', htu: 'http://127.0.0.1/echo' }),
    'a token bound to a key': signed({ cnf: { jkt: 'thumbprint' } }),
    'a token bound to a certificate': signed({ cnf: { 'x5t#S256': 'thumbprint' } }),
    'a refresh token': signed({ typ: 'Refresh' }),
    'a client assertion': signed({ iss: 'web-app', sub: 'web-app' }, { typ: 'JWT' }),
    'a token of token_use id': signed({ token_use: 'id' }),
    'a security event': signed({}, { typ: 'secevent+jwt' }),
    'typ missing': signed({}, { typ: undefined }),
    'typ JWT': signed({}, { typ: 'JWT' }),
    'typ as a list': signed({}, { typ: ['at+jwt'] }),
  })
  test('but typ is compared without case, and with its prefix', async () => {
    for (const typ of ['AT+JWT', 'application/at+jwt', 'Application/At+Jwt']) {
      assert.equal(await statusFor(`Bearer ${signed({}, { typ })}`), 200)
    }
    gateway.upstream.take()
  })
})

suite('the scheme', () => {
  test('is compared without case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'bEaReR', 'Bearer  '])
      assert.equal(await statusFor(`${scheme} ${good}`), 200)
    gateway.upstream.take()
  })
  for (const field of [
    'Basic',
    'Token',
    'JWT',
    'DPoP',
    'ApiKey',
    'Bearer:',
    'BearerX',
    'Negotiate',
    'Bea rer',
    'Bearer,',
  ]) {
    test(`${field} is no Bearer: 401`, async () => {
      assert.equal(await statusFor(`${field} ${good}`), 401)
      assertNothingArrived()
    })
  }
  test('is not left out, nor glued to the token', async () => {
    for (const field of [good, `Bearer${good}`, `Bearer\t${good}`, `Bearer=${good}`, `"Bearer" ${good}`]) {
      assert.equal(await statusFor(field), 401)
    }
    assertNothingArrived()
  })
  test('has one token behind it', async () => {
    const malformed = [
      `Bearer ${good} ${good}`,
      `Bearer ${good}, Bearer ${good}`,
      `Bearer "${good}"`,
      'Bearer',
      'Bearer \xe9',
      `Bearer ${good},`,
    ]
    for (const field of malformed) assert.equal(await statusFor(field), 400, field.slice(0, 20))
    assertNothingArrived()
  })
})

suite('a token in another place is not looked at', () => {
  const places: Readonly<
    Record<string, readonly [status: number, target: string, headers: readonly string[], body?: string]>
  > = {
    'the query': [400, `/echo?access_token=${good}`, []],
    'the query, in capitals': [400, `/echo?a=b&ACCESS_TOKEN=${good}`, []],
    'the query beside the header': [400, `/echo?access_token=${good}`, [`Authorization: Bearer ${good}`]],
    'the query, empty, beside the header': [400, '/echo?access_token=', [`Authorization: Bearer ${good}`]],
    'another parameter': [401, `/echo?token=${good}`, []],
    'the path': [401, `/echo/${good}`, []],
    'a cookie': [401, '/echo', [`Cookie: access_token=${good}; Authorization=Bearer ${good}`]],
    'a form': [
      401,
      '/echo',
      ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${good.length + 13}`],
      `access_token=${good}`,
    ],
    'the API key header': [401, '/echo', [`X-API-Key: ${good}`]],
    'X-Access-Token': [401, '/echo', [`X-Access-Token: ${good}`, `X-Authorization: Bearer ${good}`]],
    'Proxy-Authorization': [401, '/echo', [`Proxy-Authorization: Bearer ${good}`]],
  }
  for (const [name, [status, target, headers, body]] of Object.entries(places)) {
    test(`${name}: ${status}`, async () => {
      const method = body === undefined ? 'GET' : 'POST'
      const answer = await sendRequestLines(gateway.port, {
        method,
        target,
        headers,
        ...(body !== undefined && { body }),
      })
      assert.equal(statusOf(answer), status)
      assertNothingArrived()
    })
  }
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
