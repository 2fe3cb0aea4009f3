import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SignedParts, stringToSign } from '../../lib/signed-parts.ts'
import { seededRandom } from '../support/seeded-random.ts'

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

test('a line for each part; the nonce only when there is one', () => {
  const parts = { method: 'POST', target: '/a?b=1', timestamp: '2026-01-01T00:00:00Z', body: Buffer.of() }
  const text = `POST\n/a?b=1\n2026-01-01T00:00:00Z\nsha256=${EMPTY}`
  assert.equal(stringToSign({ ...parts, nonce: undefined }), text)
  assert.equal(stringToSign({ ...parts, nonce: 'n' }), `${text}\nn`)
})

test('no two different requests share a text', () => {
  const { pick } = seededRandom(7)
  const texts = new Map<string, string>()
  // Few words, so that chance often makes requests that differ in little.
  for (let round = 0; round < 20_000; round++) {
    const parts: SignedParts = {
      method: pick<string>(['GET', 'GETX', 'POST', 'PUT']),
      target: pick(['/', '/a', '/a?', '/a?b', '/a%2Fb', '/a/b', '/a+b', '/a%20b', '/a?b=1&b=2', '/a?b=2&b=1']),
      timestamp: pick(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.0Z', '2026-01-01T00:00:01Z']),
      body: Buffer.from(pick(['', 'a', 'b', 'sha256=', '\n', 'a\nb'])),
      nonce: pick([undefined, 'n', 'nn', 'sha256=', `sha256=${EMPTY}`]),
    }
    const request = JSON.stringify(parts)
    const text = stringToSign(parts)
    assert.equal(texts.get(text) ?? request, request)
    texts.set(text, request)
  }
  assert.ok(texts.size > 3_000)
})
