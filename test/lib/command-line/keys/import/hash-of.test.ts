import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateApiKey, hashApiKey } from '../../../../../lib/api-key.ts'
import { hashOf } from '../../../../../lib/command-line/keys/import/hash-of.ts'

const LIVE = { environment: 'live' }

function detailOf(result: ReturnType<typeof hashOf>): string {
  return typeof result === 'string' ? `accepted ${result}` : result.detail
}

test('a hash is taken in lower case', () => {
  assert.equal(hashOf({ hash: 'AB'.repeat(32) }, LIVE, 'sk', []), 'ab'.repeat(32))
  for (const hash of ['', 'ab', 'g'.repeat(64), 7, null, undefined]) {
    assert.match(detailOf(hashOf({ hash }, LIVE, 'sk', [])), /64 hex digits/)
  }
})

test('what no gateway would accept is refused: too short, spaces, another alphabet', () => {
  for (const key of ['short', 'x'.repeat(257), 'with some spaces in it', 'größer-als-sechzehn', 7, null]) {
    assert.match(detailOf(hashOf({ key }, LIVE, 'sk', [])), /16 to 256 printable/)
  }
})

test('a key that begins as ours do must be one, for the same environment', () => {
  const key = generateApiKey('sk', 'live')
  assert.equal(hashOf({ key }, LIVE, 'sk', []), hashApiKey(key))
  assert.match(detailOf(hashOf({ key }, { environment: 'test' }, 'sk', [])), /for live/)
  assert.match(detailOf(hashOf({ key: 'sk_live_51H8x0123456789' }, LIVE, 'sk', [])), /none of gatewarden/)
  assert.equal(hashOf({ key: 'sk_live_51H8x0123456789' }, LIVE, 'pk', []), hashApiKey('sk_live_51H8x0123456789'))
})
