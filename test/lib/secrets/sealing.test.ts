import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { inspect } from 'node:util'
import { DependencyError } from '../../../lib/errors.ts'
import { createSealing } from '../../../lib/secrets/sealing.ts'
import { assertRefusedOption, untyped } from '../../support/refused-option.ts'

const SECRET = Buffer.from('the secret')
const [OLD, NEW] = [randomBytes(32), randomBytes(32)]

test('what is sealed opens, for what it was sealed for', () => {
  const sealing = createSealing('test', [OLD])
  const sealed = sealing.seal(SECRET, 'hk_1')
  assert.deepEqual(sealing.open(sealed, sealing.newest, 'hk_1'), SECRET)
  assert.throws(() => sealing.open(sealed, sealing.newest, 'hk_2'), DependencyError)
})

test('it is nonce, ciphertext and tag, another each time, and shows nothing', () => {
  const sealing = createSealing('test', [OLD])
  const made = Array.from({ length: 100 }, () => sealing.seal(SECRET, 'hk_1'))
  assert.equal(new Set(made.map((sealed) => sealed.slice(0, 16))).size, 100)
  assert.equal(Buffer.from(made[0] ?? '', 'base64url').length, 12 + SECRET.length + 16)
  assert.ok(!inspect(sealing, { depth: 9 }).includes(OLD.toString('hex')))
})

test('the newest key seals, older ones go on opening; the name of a key tells which, and nothing of it', () => {
  const before = createSealing('test', [OLD])
  const both = createSealing('test', [NEW, OLD])
  assert.deepEqual(both.open(before.seal(SECRET, 'k'), before.newest, 'k'), SECRET)
  assert.notEqual(both.newest, before.newest)
  const sealed = both.seal(SECRET, 'k')
  assert.throws(() => before.open(sealed, both.newest, 'k'), /not among "sealingKeys"/)
  assert.throws(() => both.open(sealed, before.newest, 'k'), DependencyError)
  for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
    assert.ok(!OLD.toString(encoding).includes(before.newest) && !before.newest.includes(OLD.toString(encoding)))
  }
})

test('a key is the same as bytes, as base64 and as base64url', () => {
  const names = [OLD, OLD.toString('base64'), OLD.toString('base64url')].map((key) => createSealing('t', [key]).newest)
  assert.equal(new Set(names).size, 1)
})

suite('whatever was changed does not open', () => {
  const sealing = createSealing('test', [OLD])
  const bytes = Buffer.from(sealing.seal(SECRET, 'k'), 'base64url')
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 0x80
    test(`byte ${at}`, () => {
      assert.throws(() => sealing.open(changed.toString('base64url'), sealing.newest, 'k'), DependencyError)
    })
  }
  for (const length of [0, 1, 12, 15, 16, 27, 28, bytes.length - 1]) {
    test(`the first ${length} bytes`, () => {
      const cut = bytes.subarray(0, length).toString('base64url')
      assert.throws(() => sealing.open(cut, sealing.newest, 'k'), DependencyError)
    })
  }
})

for (const [name, keys, ...words] of [
  ['no key', [], 'at least one'],
  ['a key that is no list', OLD.toString('base64'), 'at least one'],
  ['a short key', [randomBytes(31)], '32 random bytes'],
  ['a long key', [randomBytes(33)], '32 random bytes'],
  ['a password', ['correct horse battery staple'], '32 random bytes'],
  ['a number', [7], '32 random bytes'],
  ['one key twice', [OLD, OLD.toString('base64')], 'twice'],
] as const) {
  test(`refuses ${name}, without telling it`, () => {
    assertRefusedOption(() => createSealing('test', untyped(keys)), 'test: ', '"sealingKeys"', ...words)
    try {
      createSealing('test', untyped(keys))
    } catch (error) {
      assert.ok(!String(error).includes('horse') && !String(error).includes(OLD.toString('base64')))
    }
  })
}
