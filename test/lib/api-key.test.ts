import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { API_KEY_PATTERN, candidateHashes, generateApiKey, hashApiKey, parseApiKey } from '../../lib/api-key.ts'
import { pepperOf } from '../support/api-keys-fixture.ts'

test('a key says its prefix and environment, and carries 32 random characters and a checksum', () => {
  const key = generateApiKey('sk', 'live')
  assert.match(key, /^sk_live_[0-9A-Za-z]{38}$/)
  assert.deepEqual(parseApiKey(key), { prefix: 'sk', environment: 'live' })
})

test('the same random bytes make the same key, so that the format cannot change unseen', () => {
  assert.equal(
    generateApiKey('sk', 'live', (size) => new Uint8Array(size).fill(61)),
    `sk_live_${'z'.repeat(32)}44XL3S`,
  )
})

test('any single character that differs is noticed', () => {
  const key = generateApiKey('sk', 'live')
  for (let index = 0; index < key.length; index++) {
    const other = key[index] === 'a' ? 'b' : 'a'
    assert.equal(parseApiKey(key.slice(0, index) + other + key.slice(index + 1)), undefined, `at ${index}`)
  }
  for (let index = 9; index < key.length; index++) {
    const swapped = key.slice(0, index - 1) + key.charAt(index) + key.charAt(index - 1) + key.slice(index + 1)
    if (swapped !== key) assert.equal(parseApiKey(swapped), undefined, `swapped at ${index}`)
  }
})

test('what surrounds a key makes it none', () => {
  const key = generateApiKey('sk', 'live')
  for (const other of [
    ` ${key}`,
    `${key} `,
    `${key}\n`,
    `"${key}"`,
    `${key},${key}`,
    key.toUpperCase(),
    `${key}\0`,
    '',
  ]) {
    assert.equal(parseApiKey(other), undefined)
  }
})

test('characters are drawn evenly', () => {
  const counts = new Map<string, number>()
  for (let index = 0; index < 5_000; index++) {
    for (const character of generateApiKey('sk', 'live').slice(8, 40)) {
      counts.set(character, (counts.get(character) ?? 0) + 1)
    }
  }
  const expected = (5_000 * 32) / 62
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  assert.equal(counts.size, 62)
  // 61 degrees of freedom; beyond 130 once in a million.
  assert.ok(chiSquare < 130, `chi-square ${chiSquare}`)
})

test('a word that is none makes no key', () => {
  for (const word of ['', 'SK', 's_k', '1k', 'sk-live', 'ß', 'a'.repeat(33)]) {
    assert.throws(() => generateApiKey(word, 'live'), TypeError)
    assert.throws(() => generateApiKey('sk', word), TypeError)
  }
})

test('a hash is the SHA-256, or under a pepper an HMAC', () => {
  assert.equal(hashApiKey('abc'), createHash('sha256').update('abc').digest('hex'))
  assert.match(hashApiKey('abc', pepperOf(1)), /^[0-9a-f]{64}$/)
  assert.notEqual(hashApiKey('abc', pepperOf(1)), hashApiKey('abc', pepperOf(2)))
})

test('a key is looked for under the newest pepper first, and without one last', () => {
  const [one, two] = [pepperOf(1), pepperOf(2)]
  assert.deepEqual(candidateHashes('abc', []), [hashApiKey('abc')])
  assert.deepEqual(candidateHashes('abc', [two, one]), [
    hashApiKey('abc', two),
    hashApiKey('abc', one),
    hashApiKey('abc'),
  ])
})

test('the pattern for secret scanners finds a key in the middle of things', () => {
  const key = generateApiKey('sk', 'live')
  for (const text of [key, `"${key}"`, `X-API-Key: ${key}\r\n`, `https://x/?k=${key}&a`, `const k='${key}'`]) {
    assert.equal(API_KEY_PATTERN.exec(text)?.[0], key)
  }
  assert.equal(API_KEY_PATTERN.exec('some_snake_case_words and sk_live_short'), null)
})
