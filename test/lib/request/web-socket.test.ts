import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Entrance } from '../../../lib/decision-event.ts'
import { createHeaderRules } from '../../../lib/header-rules.ts'
import { readHeaders } from '../../../lib/request/received-headers.ts'
import { upgradeProblem } from '../../../lib/request/web-socket.ts'
import { rawRequest } from '../../support/raw-request.ts'

const HANDSHAKE = {
  Host: 'api.example.test:8443',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
}
type Request = Parameters<typeof rawRequest>[0]
const rules = createHeaderRules({ managed: [], credentials: [] })

function problemOf(request: Request, entrance: Entrance, origins: readonly string[] = []) {
  const raw = rawRequest(request)
  return upgradeProblem(raw, readHeaders(raw.rawHeaders, rules), entrance, new Set(origins))
}

function problem(
  changes: Readonly<Record<string, string | undefined>> = {},
  request: Request = {},
  origins: string[] = [],
) {
  const headers = Object.entries({ ...HANDSHAKE, ...changes }).filter(
    (each): each is [string, string] => each[1] !== undefined,
  )
  return problemOf({ ...request, headers }, 'upgrade', origins)
}

suite('a handshake may upgrade', () => {
  test('as the standard writes it', () => assert.equal(problem(), undefined))
  test('in any case, with keep-alive', () => {
    assert.equal(problem({ Upgrade: 'WebSocket', Connection: 'keep-alive, UPGRADE' }), undefined)
  })
  test('with an empty body', () => assert.equal(problem({ 'Content-Length': '0' }), undefined))
})

suite('anything else is 400', () => {
  const bad: Readonly<Record<string, readonly [Readonly<Record<string, string | undefined>>, Request?]>> = {
    'another method': [{}, { method: 'POST' }],
    'HTTP/1.0': [{}, { httpVersion: '1.0' }],
    h2c: [{ Upgrade: 'h2c' }],
    'two protocols': [{ Upgrade: 'websocket, h2c' }],
    'no Connection': [{ Connection: undefined }],
    'Connection without upgrade': [{ Connection: 'keep-alive' }],
    'no key': [{ 'Sec-WebSocket-Key': undefined }],
    'a short key': [{ 'Sec-WebSocket-Key': 'c2hvcnQ=' }],
    'a key of 17 bytes': [{ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZTE=' }],
    'version 8': [{ 'Sec-WebSocket-Version': '8' }],
    'a chunked body': [{ 'Transfer-Encoding': 'chunked' }],
    'a body': [{ 'Content-Length': '5' }],
  }
  for (const [name, [changes, request]] of Object.entries(bad)) {
    test(name, () => assert.equal(problem(changes, request)?.code, 'invalid_request'))
  }
})

test('a request that did not come as an upgrade asks for none', () => {
  const headers = [
    ['Host', 'a.test'],
    ['Upgrade', 'h2c'],
  ] as const
  assert.equal(problemOf({ headers }, 'http')?.code, 'invalid_request')
  assert.equal(problemOf({}, 'http'), undefined)
})

suite('the origin', () => {
  for (const Origin of [
    undefined,
    'https://api.example.test:8443',
    'http://api.example.test:8443',
    'https://app.example.test',
  ]) {
    test(`${Origin} may`, () => assert.equal(problem({ Origin }, {}, ['https://app.example.test']), undefined))
  }
  const others = [
    'null',
    '',
    'https://evil.test',
    'https://api.example.test',
    'https://api.example.test:8443.evil.test',
  ]
  for (const Origin of [
    ...others,
    'file://api.example.test:8443',
    'https://app.example.test.evil.test',
    'HTTPS://APP.example.test',
    'x',
  ]) {
    test(`${JSON.stringify(Origin)} may not`, () => {
      const error = problem({ Origin }, {}, ['https://app.example.test'])
      assert.equal(error?.code, 'access_denied')
      assert.equal(error?.reason, 'origin')
    })
  }
})
