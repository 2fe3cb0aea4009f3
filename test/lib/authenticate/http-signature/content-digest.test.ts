import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDigestOf } from '../../../../lib/authenticate/http-signature/content-digest.ts'
import { digestOf } from '../../../support/message-signature.ts'

const BODY = Buffer.from('{"hello": "world"}')
const SHA_256 = digestOf(BODY)
const SHA_512 = digestOf(BODY, 'sha-512')

test('the digests of RFC 9421, appendix B.2', () => {
  const sha512 = 'WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew=='
  assert.ok(isDigestOf(`sha-512=:${sha512}:`, BODY))
})

test('each digest that is known must be right', () => {
  for (const field of [SHA_256, SHA_512, `${SHA_256}, ${SHA_512}`, `md5=:AQ==:, ${SHA_256}`, `unixsum=1,${SHA_512}`]) {
    assert.ok(isDigestOf(field, BODY), field)
  }
  const other = digestOf('another')
  for (const field of [
    ...[other, `${SHA_512}, ${other}`, `${other}, ${SHA_512}`, `${SHA_256}, ${SHA_256}`, `${other}, ${SHA_256}`],
    ...['', 'undefined', 'md5=:AQ==:', 'sha-256', 'sha-256=""', `sha-256=(${SHA_256.slice(8)})`, `${SHA_256};x`],
    ...[
      'sha-256=::',
      SHA_256.toUpperCase(),
      'sha-1=:AQ==:',
      SHA_256.replace('sha-256', 'sha-512'),
      'constructor=:AQ==:',
    ],
  ]) {
    assert.equal(isDigestOf(field, BODY), false, field)
  }
})
