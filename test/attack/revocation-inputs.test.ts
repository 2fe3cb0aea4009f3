import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { suite, test } from 'node:test'
import express from 'express'
import { backChannelLogout } from '../../middleware/back-channel-logout.ts'
import { securityEventReceiver } from '../../middleware/security-event-receiver.ts'
import { AUDIENCE, accessTokenClaims, ISSUER, NOW } from '../support/access-token.ts'
import { claimedOnce } from '../support/claimed-once.ts'
import { hostileIssuer } from '../support/hostile-issuer.ts'
import { LOGOUT_TYPE, logoutClaims } from '../support/logout-token.ts'
import { memoryRevocations } from '../support/memory-revocations.ts'
import { sendRequestLines, statusOf } from '../support/raw-tcp.ts'
import { SECURITY_EVENT_TYPE, securityEventClaims } from '../support/security-event.ts'
import { serve } from '../support/serve.ts'
import { createSigningKey, encode } from '../support/signing-key.ts'

/*
 * One issuer signs tokens of every kind for one audience: only what they say tells them apart. Nothing but the right kind
 * ends anything, and nothing goes on to whatever is mounted behind.
 */

const FORM = 'application/x-www-form-urlencoded'
const SET = 'application/secevent+jwt'
const SECRET = `Bearer ${'s'.repeat(32)}`

const key = createSigningKey()
const stranger = createSigningKey()
const issuer = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] as const, keys: { keys: [key.jwk] } }
const revocations = memoryRevocations()
const shared = { revocations, now: () => NOW, warn: () => undefined }

let wentOn = 0
const app = express()
app.use('/logout', backChannelLogout({ issuers: [issuer], replays: claimedOnce(), ...shared }))
app.use(
  '/events',
  securityEventReceiver({ transmitters: [{ ...issuer, authorization: SECRET }], replays: claimedOnce(), ...shared }),
)
app.use((_request, response) => {
  wentOn++
  response.end()
})
const port = await serve(app)

function post(target: string, type: string, body: string, headers: readonly string[] = []): Promise<string> {
  const length = headers.some((line) => /^(?:content-length|transfer-encoding):/i.test(line))
  const lines = [`Content-Type: ${type}`, ...(length ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]), ...headers]
  return sendRequestLines(port, { method: 'POST', target, headers: lines, body })
}

async function logOut(token: string, headers: readonly string[] = []): Promise<number> {
  return statusOf(await post('/logout', FORM, `logout_token=${token}`, headers))
}

async function push(token: string, headers = [`Authorization: ${SECRET}`]): Promise<number> {
  return statusOf(await post('/events', SET, token, headers))
}

function assertNothingEnded(): void {
  assert.deepEqual(revocations.take(), [])
  assert.equal(wentOn, 0)
}

const logout = (changes = {}) => logoutClaims({ aud: AUDIENCE, ...changes })
const event = (changes = {}) =>
  securityEventClaims({
    iss: ISSUER,
    aud: AUDIENCE,
    sub_id: { format: 'iss_sub', iss: ISSUER, sub: 'alice' },
    ...changes,
  })

test('the right kind ends something', async () => {
  assert.equal(await logOut(key.sign(logout(), LOGOUT_TYPE)), 200)
  assert.equal(await push(key.sign(event(), SECURITY_EVENT_TYPE)), 202)
  assert.deepEqual(
    revocations.take().map(({ kind }) => kind),
    ['session', 'subject'],
  )
})

function hmacToken(claims: unknown, type: object, secret: string | Buffer): string {
  const signed = `${encode({ alg: 'HS256', kid: 'key-1', ...type })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function forgeries(claims: Record<string, unknown>, type: Readonly<Record<string, unknown>>): Record<string, string> {
  const good = key.sign(claims, type)
  const [header = '', payload = '', signature = ''] = good.split('.')
  const none = encode({ alg: 'none', ...type })
  const embedded = { jwk: stranger.jwk, jku: 'https://evil.example.test/jwks', x5u: 'https://evil.example.test/x' }
  return {
    'of another key': stranger.sign(claims, type),
    'of another key, which it brings along': stranger.sign(claims, { ...type, ...embedded }),
    'with a signature of something else': `${header}.${encode({ ...claims, sub: 'bob' })}.${signature}`,
    'with half a signature': good.slice(0, -40),
    'without a signature': `${header}.${payload}.`,
    'by no algorithm': `${none}.${payload}.`,
    'by no algorithm, with a signature': `${none}.${payload}.${signature}`,
    'with the public key as a secret': hmacToken(claims, type, JSON.stringify(key.jwk)),
    'with no secret': hmacToken(claims, type, ''),
    'with a key that is a path': stranger.sign(claims, { ...type, kid: '../../../../dev/null' }),
    'with a twin of its signature': `${header}.${payload}.${twinOf(signature)}`,
    'in JSON form': JSON.stringify({ protected: header, payload, signature }),
  }
}

/** Another spelling of the same bytes: the last character of 64 bytes has four bits that do not count. */
function twinOf(signature: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return signature.slice(0, -1) + letters[letters.indexOf(signature.at(-1) ?? '') ^ 1]
}

suite('a forged logout token', () => {
  for (const [name, token] of Object.entries(forgeries(logout({ jti: 'forged' }), LOGOUT_TYPE))) {
    test(name, async () => {
      assert.equal(await logOut(encodeURIComponent(token)), 400)
      assertNothingEnded()
    })
  }
})

suite('a forged security event token', () => {
  for (const [name, token] of Object.entries(forgeries(event({ jti: 'forged' }), SECURITY_EVENT_TYPE))) {
    test(name, async () => {
      assert.equal(await push(token), 400)
      assertNothingEnded()
    })
  }
})

suite('a good token of another kind', () => {
  const idToken = accessTokenClaims({
    client_id: undefined,
    scope: undefined,
    nonce: 'n',
    auth_time: NOW - 60,
    sid: 's',
  })
  const others: Readonly<Record<string, string>> = {
    'an access token': key.sign(accessTokenClaims({ sid: 's' })),
    'an ID token': key.sign(idToken, { typ: 'JWT' }),
    'an ID token that says it is a logout token': key.sign(idToken, LOGOUT_TYPE),
    'an ID token that says it is a security event': key.sign(idToken, SECURITY_EVENT_TYPE),
    'a DPoP proof': key.sign({ htm: 'POST', htu: AUDIENCE, jti: 'p', iat: NOW }, { typ: 'dpop+jwt' }),
    'a client assertion': key.sign(
      { iss: ISSUER, sub: ISSUER, aud: AUDIENCE, jti: 'a', exp: NOW + 60, iat: NOW },
      { typ: 'JWT' },
    ),
  }
  for (const [name, token] of Object.entries(others)) {
    test(name, async () => {
      assert.deepEqual([await logOut(token), await push(token)], [400, 400])
      assertNothingEnded()
    })
  }

  test('one for the other', async () => {
    assert.equal(await logOut(key.sign(event({ jti: 'x' }), SECURITY_EVENT_TYPE)), 400)
    assert.equal(await logOut(key.sign(event({ jti: 'x', exp: NOW + 60 }), LOGOUT_TYPE)), 400)
    assert.equal(await push(key.sign(logout({ jti: 'x' }), LOGOUT_TYPE)), 400)
    assertNothingEnded()
  })
})

suite('a logout token that says too little, or too much', () => {
  const cases: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'nobody and no session': { sub: undefined, sid: undefined },
    'a nonce': { nonce: 'n' },
    'that it is of the future': { iat: NOW + 3_600, exp: NOW + 3_700 },
    'that it has expired': { iat: NOW - 200, exp: NOW - 100 },
    'that it never expires': { exp: 1e300 },
    'no end': { exp: undefined },
    'no name': { jti: undefined },
    'no event': { events: undefined },
    'that it is for another client': { aud: 'app-2' },
    'that it is of another issuer': { iss: 'https://else.example.test' },
    'that it is of an issuer that looks alike': { iss: `${ISSUER}/` },
  }
  for (const [name, changes] of Object.entries(cases)) {
    test(name, async () => {
      assert.equal(await logOut(key.sign(logout({ jti: `says ${name}`, ...changes }), LOGOUT_TYPE)), 400)
      assertNothingEnded()
    })
  }
})

suite('a request that is no proper delivery', () => {
  const token = key.sign(logout({ jti: 'delivery' }), LOGOUT_TYPE)
  const setToken = key.sign(event({ jti: 'delivery' }), SECURITY_EVENT_TYPE)

  test('two tokens in one form', async () => {
    assert.equal(await logOut(`${token}&logout_token=${token}`), 400)
    assert.equal(await logOut(`${token}&logout%5ftoken=${token}`), 400)
  })

  test('two tokens in one body', async () => {
    assert.equal(await push(`${setToken}\n${setToken}`), 400)
    assert.equal(await push(`${setToken},${setToken}`), 400)
  })

  test('a token in the URL', async () => {
    assert.equal(statusOf(await post(`/logout?logout_token=${token}`, FORM, '')), 400)
    assert.equal(statusOf(await sendRequestLines(port, { target: `/logout?logout_token=${token}` })), 405)
  })

  test('another method, and one that only says so', async () => {
    const headers = [`Content-Type: ${FORM}`, `Content-Length: ${token.length + 13}`, 'X-HTTP-Method-Override: POST']
    const body = `logout_token=${token}`
    for (const method of ['GET', 'PUT', 'PATCH']) {
      assert.equal(statusOf(await sendRequestLines(port, { method, target: '/logout', headers, body })), 405)
    }
  })

  test('a body of another type, or of two', async () => {
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', `text/plain; ${FORM}`]) {
      assert.equal(statusOf(await post('/logout', type, `logout_token=${token}`)), 415)
      assert.equal(statusOf(await post('/events', type, setToken, [`Authorization: ${SECRET}`])), 415)
    }
    assert.equal(statusOf(await post('/events', FORM, setToken, [`Authorization: ${SECRET}`])), 415)
  })

  test('a body of bytes that are no text', async () => {
    const lines = ['Content-Length: 2', `Authorization: ${SECRET}`]
    assert.equal(statusOf(await post('/events', SET, '\u00ff\u00fe', lines)), 400)
  })

  test('a header that is nearly the one of the transmitter', async () => {
    for (const header of [SECRET.slice(0, -1), `${SECRET}x`, SECRET.replace('Bearer', 'Basic'), '']) {
      assert.equal(await push(setToken, [`Authorization: ${header}`]), 400)
    }
    assert.equal(await push(setToken, []), 400)
    assert.equal(await push(setToken, ['Authorization: x', `Authorization: ${SECRET}`]), 400)
  })

  test('nothing of it has ended anything', assertNothingEnded)
})

suite('a body that is too large', () => {
  test('ends at its limit, with its length and without', async () => {
    const large = `logout_token=${'x'.repeat(100_000)}`
    assert.equal(await logOut('x'.repeat(100_000)), 413)
    const chunked = `${large.length.toString(16)}\r\n${large}\r\n`
    assert.equal(statusOf(await post('/logout', FORM, chunked, ['Transfer-Encoding: chunked'])), 413)
    assert.equal(await push('x'.repeat(100_000)), 413)
  })

  test('of parameters without end', async () => {
    assert.equal(await logOut('&a'.repeat(50_000)), 413)
    assert.equal(await logOut('&a=b'.repeat(3_000)), 400)
  })

  test('that nests without end', async () => {
    const deep = `${'{"a":'.repeat(6_000)}1${'}'.repeat(6_000)}`
    const header = encode({ alg: 'ES256', kid: 'key-1', ...SECURITY_EVENT_TYPE })
    assert.equal(await push(`${header}.${encode(deep)}.x`), 400)
    assert.equal(await push(key.signParts(header, encode(`{"iss":"${ISSUER}","events":${deep}}`))), 400)
  })

  test('has ended nothing', assertNothingEnded)
})

suite('a good token again', () => {
  test('by many at once: one is the first, and it is done once', async () => {
    const token = key.sign(logout({ jti: 'many' }), LOGOUT_TYPE)
    const statuses = await Promise.all(Array.from({ length: 20 }, () => logOut(token)))
    assert.equal(statuses.filter((status) => status === 200).length, 1)
    assert.equal(statuses.filter((status) => status === 400).length, 19)
    assert.equal(revocations.take().length, 1)
  })

  test('of an event: acknowledged, and it ends no more than the first time', async () => {
    const token = key.sign(event({ jti: 'again' }), SECURITY_EVENT_TYPE)
    assert.deepEqual([await push(token), await push(token)], [202, 202])
    assert.equal(revocations.take().length, 1)
  })
})

test('tokens of unknown keys do not make us ask their issuer without end', async () => {
  const hostile = await hostileIssuer([key.jwk])
  const { issuer: name, jwksUri } = hostile
  const remote = { issuer: name, jwksUri, audience: AUDIENCE, algorithms: ['ES256'] as const }
  const receiver = backChannelLogout({ issuers: [remote], replays: claimedOnce(), ...shared })
  const origin = `http://127.0.0.1:${await serve((request, response) => receiver(request, response, () => undefined))}`
  const send = (token: string) => fetch(origin, { method: 'POST', body: new URLSearchParams({ logout_token: token }) })
  for (let index = 0; index < 100; index++) {
    const forged = createSigningKeyNamed(`unknown-${index}`).sign(logout({ iss: name }), LOGOUT_TYPE)
    assert.equal((await send(forged)).status, 400)
  }
  assert.ok(hostile.fetches() <= 2, `${hostile.fetches()} fetches`)
  assert.equal((await send(key.sign(logout({ iss: name }), LOGOUT_TYPE))).status, 200)
  assert.equal(revocations.take().length, 1)
})

function createSigningKeyNamed(keyId: string) {
  return createSigningKey('ES256', keyId, stranger.privateKey)
}

test('nothing has gone on', () => assert.equal(wentOn, 0))
