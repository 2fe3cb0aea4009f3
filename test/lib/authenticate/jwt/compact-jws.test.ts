import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  canonicalBytes,
  isCompactJws,
  MAX_TOKEN_LENGTH,
  parseHeader,
  parseObject,
} from '../../../../lib/authenticate/jwt/compact-jws.ts'
import { encode } from '../../../support/signing-key.ts'

const header = (value: unknown) => parseHeader(`${encode(value)}.e30.c2ln`)

test('a compact JWS has three parts of base64url, and a bounded length', () => {
  assert.ok(isCompactJws('a.b.c'))
  for (const token of [
    '',
    'a.b',
    'a.b.',
    '.b.c',
    'a..c',
    'a.b.c.d',
    'a.b.c=',
    'a.b+.c',
    'a.b.c\n',
    ' a.b.c',
    'a.b.c d',
  ]) {
    assert.ok(!isCompactJws(token), JSON.stringify(token))
  }
  assert.ok(isCompactJws(`a.b.${'c'.repeat(MAX_TOKEN_LENGTH - 4)}`))
  assert.ok(!isCompactJws(`a.b.${'c'.repeat(MAX_TOKEN_LENGTH - 3)}`))
})

suite('the header', () => {
  test('is read, its type without case and prefix', () => {
    const read = { algorithm: 'ES256', keyId: 'k', type: 'at+jwt' }
    assert.deepEqual(header({ alg: 'ES256', kid: 'k', typ: 'application/AT+JWT' }), read)
    assert.deepEqual(header({ alg: 'ES256' }), { algorithm: 'ES256', keyId: undefined, type: undefined })
  })

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['none', { alg: 'none' }, 'algorithm'],
    ['None', { alg: 'None' }, 'algorithm'],
    ['HMAC of another size', { alg: 'HS512', kid: 'k' }, 'algorithm'],
    ['another case', { alg: 'es256' }, 'algorithm'],
    ['a list of algorithms', { alg: ['ES256'] }, 'algorithm'],
    ['no algorithm', {}, 'algorithm'],
    ['crit', { alg: 'ES256', crit: ['b64'] }, 'crit'],
    ['an empty crit', { alg: 'ES256', crit: [] }, 'crit'],
    ['b64', { alg: 'ES256', b64: false }, 'crit'],
    ['an empty kid', { alg: 'ES256', kid: '' }, 'kid'],
    ['a number as kid', { alg: 'ES256', kid: 1 }, 'kid'],
    ['null as kid', { alg: 'ES256', kid: null }, 'kid'],
    ['a long kid', { alg: 'ES256', kid: 'k'.repeat(257) }, 'kid'],
    ['a number as typ', { alg: 'ES256', typ: 1 }, 'typ'],
    ['a list', [], 'header'],
    ['null', null, 'header'],
    ['a text', '"ES256"', 'header'],
    ['no JSON', '{alg:ES256}', 'header'],
  ]
  for (const [name, value, reason] of refused) {
    test(`with ${name} is refused`, () => assert.equal(header(value), reason))
  }

  test('keys and URLs in it are not looked at', () => {
    const read = header({
      alg: 'ES256',
      kid: 'k',
      jwk: { kty: 'oct' },
      jku: 'https://evil.example.test',
      x5u: 'x',
      x5c: [],
    })
    assert.deepEqual(read, { algorithm: 'ES256', keyId: 'k', type: undefined })
  })
})

suite('an object in base64url', () => {
  test('is read', () => assert.deepEqual(parseObject(encode({ a: 1 })), { a: 1 }))

  test('is none when the encoding is not canonical', () => {
    assert.equal(encode('{}'), 'e30')
    assert.equal(parseObject('e31'), undefined)
    assert.equal(parseObject('e30='), undefined)
    assert.equal(parseObject('e3 0'), undefined)
  })

  test('is none when it is not UTF-8, or begins with a byte order mark', () => {
    assert.equal(parseObject(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')), undefined)
    assert.equal(parseObject(encode('\ufeff{}')), undefined)
  })

  test('of two equal names the last counts', () => assert.deepEqual(parseObject(encode('{"a":1,"a":2}')), { a: 2 }))
})

test('a signature has one canonical spelling', () => {
  assert.deepEqual(canonicalBytes('_-8'), Buffer.from([0xff, 0xef]))
  assert.ok(!canonicalBytes('_-9'))
  assert.ok(!canonicalBytes('_-8='))
  assert.ok(!canonicalBytes('/+8'))
})
