import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  SIGNED_FORMS,
  type SignedForm,
  type SignedPartsV1,
  stringToSign,
  stringToSignV1,
} from '../../lib/signed-parts.ts'
import { seededRandom } from '../support/seeded-random.ts'

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const TIME = '2026-01-01T00:00:00Z'

test('a line for each part; the nonce only when there is one', () => {
  const parts = { method: 'POST', target: '/a?b=1', timestamp: TIME, body: Buffer.of() }
  const text = `POST\n/a?b=1\n${TIME}\nsha256=${EMPTY}`
  assert.equal(stringToSign({ ...parts, nonce: undefined }), text)
  assert.equal(stringToSign({ ...parts, nonce: 'n' }), `${text}\nn`)
})

test('v1 begins with its name, and has a line for each part, whether it is there or not', () => {
  const parts = { method: 'POST', target: '/a', timestamp: TIME, body: Buffer.of(), nonce: 'n', keyId: 'k' }
  assert.equal(
    stringToSignV1({ ...parts, authority: 'API.example.test:8443', contentType: '' }),
    `v1\nPOST\napi.example.test:8443\n/a\n${TIME}\n\nk\nsha256=${EMPTY}\nn`,
  )
})

/** Few words, many of them parts of a text, so that chance often makes requests that differ in little. */
function randomParts({ pick }: ReturnType<typeof seededRandom>): SignedPartsV1 {
  return {
    method: pick<string>(['GET', 'GETX', 'POST', 'V1']),
    target: pick(['/', '/a', '/a?', '/a?b', '/a%2Fb', '/a/b', '/a+b', '/a%20b', '/a?b=1&b=2', '/a?b=2&b=1', '/%0A']),
    timestamp: pick([TIME, '2026-01-01T00:00:00.0Z', '2026-01-01T00:00:01Z']),
    body: Buffer.from(pick(['', 'a', 'b', 'sha256=', '\n', 'a\nb'])),
    nonce: pick(['n', 'nn', 'sha256=', `sha256=${EMPTY}`, TIME]),
    authority: pick(['', 'a', 'b', 'a:80', 'get', TIME]),
    contentType: pick(['', 'a', 'a/b', 'k', TIME]),
    keyId: pick(['k', 'kk', 'a', `sha256=${EMPTY}`]),
  }
}

test('no two different requests share a text, whichever forms they are signed by', () => {
  const random = seededRandom(7)
  const texts = new Map<string, string>()
  for (let round = 0; round < 40_000; round++) {
    const form = random.pick<SignedForm>(['hmac-sha256', 'hmac-sha256-v1'])
    const parts = randomParts(random)
    const nonce = random.chance(0.5) ? parts.nonce : undefined
    const { method, target, timestamp, body } = parts
    const isSimple = form === 'hmac-sha256'
    const text = isSimple ? stringToSign({ ...parts, nonce }) : stringToSignV1(parts)
    // What the simple form does not cover is not a part of its request.
    const request = JSON.stringify([form, isSimple ? { method, target, timestamp, body, nonce } : parts])
    assert.equal(texts.get(text) ?? request, request)
    texts.set(text, request)
  }
  assert.ok(texts.size > 20_000, String(texts.size))
  assert.equal(SIGNED_FORMS.length, 2)
})
