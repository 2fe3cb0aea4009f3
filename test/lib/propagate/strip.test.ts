import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createHeaderRules } from '../../../lib/header-rules.ts'
import { stripHeaders } from '../../../lib/propagate/strip.ts'
import { requestWith } from '../../support/raw-request.ts'

const rules = createHeaderRules({ managed: ['X-User-ID', 'X-Department'], credentials: ['authorization'] })
const strip = (...headers: readonly (readonly [string, string])[]) => stripHeaders(requestWith(...headers), rules)
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
  stripHeaders(raw, rules)
  assert.deepEqual(raw, before)
})
