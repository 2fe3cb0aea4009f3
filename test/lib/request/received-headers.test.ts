import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { AuthError } from '../../../lib/errors.ts'
import { createHeaderRules } from '../../../lib/header-rules.ts'
import { readHeaders } from '../../../lib/request/received-headers.ts'
import { rawRequest, requestWith } from '../../support/raw-request.ts'

const rules = createHeaderRules({ managed: ['X-User-ID', 'X-Department'], credentials: ['authorization'] })
const strip = (...headers: readonly (readonly [string, string])[]) =>
  readHeaders(requestWith(...headers).rawHeaders, rules).forwarded
const HOST = ['Host', 'api.example.test']

/** What is left, in both forms, must be the same. */
function names(...headers: readonly (readonly [string, string])[]): string[] {
  const stripped = strip(...headers)
  const raw = stripped.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
  assert.deepEqual([...new Set(raw)].sort(), Object.keys(stripped.headers).sort())
  return raw.filter((name) => name !== 'host')
}

test('what is not ours goes on as it was sent, order and spelling included', () => {
  const stripped = strip(['ACCEPT', '*/*'], ['Cookie', 'a=b'], ['x-custom', '1'], ['X-Custom', '2'])
  assert.deepEqual(stripped.rawHeaders, [...HOST, 'ACCEPT', '*/*', 'Cookie', 'a=b', 'x-custom', '1', 'X-Custom', '2'])
  assert.deepEqual(stripped.headers, { host: 'api.example.test', accept: '*/*', cookie: 'a=b', 'x-custom': '1, 2' })
})

suite('taken out', () => {
  const taken = [
    'X-User-ID',
    'x_user_id',
    'X.USER.ID',
    'X-Department',
    'x_department',
    'Authorization',
    'Authorization_',
    'X-Forwarded-For',
    'Forwarded',
    'TE',
    'Keep-Alive',
    'Upgrade',
    'Expect',
    'Trailer',
    'Proxy-Authorization',
    'Content_Length',
    'X-Original-URL',
    'X-HTTP-Method-Override',
    'Connection',
  ]
  for (const name of taken) test(name, () => assert.deepEqual(names([name, 'x'], ['Accept', '*/*']), ['accept']))
})

suite('what Connection lists stops here', () => {
  test('in any case and spacing, together with Connection', () => {
    assert.deepEqual(
      names(['Connection', 'close,  X-Secret ,x-OTHER'], ['X-Secret', '1'], ['x-other', '2'], ['Accept', '*/*']),
      ['accept'],
    )
  })
  test('but the framing and Host stay: no list can take them', () => {
    const listed = names(['Connection', 'content-length, transfer-encoding, host'], ['Content-Length', '5'])
    assert.deepEqual(listed, ['content-length'])
    assert.equal(strip(['Connection', 'host']).headers.host, 'api.example.test')
  })
  test('keep-alive, close and upgrade list nothing', () => {
    for (const value of ['keep-alive', 'close', 'Upgrade', ''])
      assert.deepEqual(names(['Connection', value], ['Accept', '*/*']), ['accept'])
  })
})

test('what came in is not changed', () => {
  const raw = requestWith(['X-User-ID', 'x'])
  const before = structuredClone(raw)
  readHeaders(raw.rawHeaders, rules)
  assert.deepEqual(raw, before)
})

suite('what is read', () => {
  const keyRules = createHeaderRules({ managed: [], credentials: ['x-api-key', 'authorization'] })
  const read = (headers: readonly (readonly [string, string])[], by = keyRules) =>
    readHeaders(rawRequest({ headers }).rawHeaders, by)

  test('Host and the credentials, by lower-case name', () => {
    const { host, credentials, problem } = read([
      ['Host', 'api.example.test'],
      ['X-API-KEY', 'k'],
      ['Authorization', 'Bearer t'],
    ])
    assert.equal(problem, undefined)
    assert.equal(host, 'api.example.test')
    assert.deepEqual(credentials, ['x-api-key', 'k', 'authorization', 'Bearer t'])
  })

  test('without them it is empty', () => {
    const { host, credentials, problem, asksUpgrade } = read([])
    assert.deepEqual([host, credentials, problem, asksUpgrade], ['', [], undefined, false])
  })

  const twice: readonly (readonly [string, string])[][] = [
    [
      ['Host', 'a.test'],
      ['Host', 'a.test'],
    ],
    [
      ['host', 'a.test'],
      ['HOST', 'b.test'],
    ],
    [
      ['X-API-Key', 'a'],
      ['x-api-key', 'a'],
    ],
    [
      ['Authorization', 'Bearer a'],
      ['authorization', 'Basic b'],
    ],
    [
      ['Content-Type', 'text/plain'],
      ['content-type', 'text/html'],
    ],
  ]
  for (const headers of twice) {
    test(`twice is 400: ${JSON.stringify(headers)}`, () => {
      const { problem } = read(headers)
      assert.equal(problem?.code, 'invalid_request')
      assert.ok(!problem?.detail?.includes('a.test'))
    })
  }

  test('one Content-Type is none too many, though nobody reads it here', () => {
    assert.equal(read([['Content-Type', 'text/plain']]).problem, undefined)
  })

  test('Authorization counts even where nobody reads it', () => {
    const headers = [
      ['Authorization', 'a'],
      ['Authorization', 'b'],
    ] as const
    assert.ok(read(headers, createHeaderRules({ managed: [], credentials: [] })).problem instanceof AuthError)
  })

  test('a twin in another spelling is no second credential: it is dropped', () => {
    const { problem, credentials } = read([
      ['X-API-Key', 'a'],
      ['X_API_Key', 'b'],
    ])
    assert.equal(problem, undefined)
    assert.deepEqual(credentials, ['x-api-key', 'a'])
  })

  test('of codings only chunked is understood', () => {
    assert.equal(read([['Transfer-Encoding', 'Chunked']]).problem, undefined)
    for (const coding of ['gzip', 'gzip, chunked', 'chunked, identity', 'xchunked', '']) {
      assert.equal(read([['Transfer-Encoding', coding]]).problem?.reason, 'transfer-encoding', coding)
    }
  })

  test('whether it asks for another protocol', () => {
    assert.ok(read([['UPGRADE', 'websocket']]).asksUpgrade)
    assert.ok(!read([['Upgrade-Insecure-Requests', '1']]).asksUpgrade)
  })
})
