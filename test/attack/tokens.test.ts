import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attackedGateway } from '../support/attacked-gateway.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { sentTokens } from '../support/sent-tokens.ts'
import { encode } from '../support/signing-key.ts'

const gateway = await attackedGateway()
const { signingKey } = gateway
const good = gateway.token()
const [header = '', payload = '', signature = ''] = good.split('.')
const now = Math.floor(Date.now() / 1000)
const signed = (claims: Readonly<Record<string, unknown>>, head?: Readonly<Record<string, unknown>>) =>
  signingKey.sign(gateway.claims(claims), head)
const { statusFor, assertNothingArrived, refuseEach } = sentTokens(gateway)

test('the good token is good', async () => {
  assert.equal(await statusFor(`Bearer ${good}`), 200)
  assert.equal(gateway.upstream.take().length, 1)
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

suite('a token that is longer than is read is refused, however good it is', () => {
  refuseEach({ 'of 9 kB': signed({ note: 'x'.repeat(6_500) }), 'of 13 kB': signed({ note: 'x'.repeat(9_500) }) })
  test('and one of 7 kB is read', async () => {
    assert.equal(await statusFor(`Bearer ${signed({ note: 'x'.repeat(5_000) })}`), 200)
    gateway.upstream.take()
  })
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
