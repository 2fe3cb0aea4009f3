import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type NonceOptions, Nonces } from '../../../../lib/authenticate/dpop/nonces.ts'
import { NOW } from '../../../support/access-token.ts'
import { testClock } from '../../../support/clock.ts'
import { assertRefusedOption, untyped } from '../../../support/refused-option.ts'

const secret = 's'.repeat(32)
const make = (now: () => number, options: Partial<NonceOptions> = {}) =>
  new Nonces('dpopVerifier', { secret, ...options }, now)

/** The start of a window of 300 seconds. */
const START = NOW - (NOW % 300)

suite('a nonce', () => {
  test('is good in its window and in the next, and never before or after', () => {
    const clock = testClock(START)
    const nonces = make(clock.now)
    const nonce = nonces.current()
    for (const [second, isGood] of [
      [0, true],
      [299.999, true],
      [300, true],
      [599.999, true],
      [600, false],
      [100_000, false],
      [-0.001, false],
      [-300, false],
      [0, true],
    ] as const) {
      clock.set(START + second)
      assert.equal(nonces.isGood(nonce), isGood, `${second}`)
    }
  })

  test('is another in each window, and the same within one', () => {
    const clock = testClock(START)
    const nonces = make(clock.now)
    const seen = new Set<string>()
    for (let second = 0; second < 3_000; second += 10) {
      clock.set(START + second)
      seen.add(nonces.current())
    }
    assert.equal(seen.size, 10)
  })

  test('is known to every instance with the secret, text or bytes, and to no other', () => {
    const nonce = make(() => START).current()
    assert.ok(make(() => START + 300, { secret: Buffer.from(secret) }).isGood(nonce))
    assert.ok(!make(() => START, { secret: 'S'.repeat(32) }).isGood(nonce))
    assert.ok(!make(() => START, { windowSeconds: 600 }).isGood(nonce))
  })

  test('tells neither the time nor the secret, and is fit for a header: RFC 9449 section 8.1', () => {
    assert.match(make(() => START).current(), /^[A-Za-z0-9_-]{43}$/)
  })

  test('that is no nonce of ours is not good', () => {
    const nonces = make(() => START)
    const nonce = nonces.current()
    const first = nonce.startsWith('A') ? 'B' : 'A'
    for (const other of [
      '',
      ' ',
      nonce.slice(1),
      `${nonce} `,
      `${first}${nonce.slice(1)}`,
      nonce.toLowerCase(),
      '\u00e9'.repeat(43),
    ]) {
      assert.equal(nonces.isGood(other), false, other)
    }
  })
})

suite('options of nonces', () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [null, 'object'],
    [{}, '"nonces.secret"'],
    [{ secret: 's'.repeat(31) }, '"nonces.secret" must be at least 32'],
    [{ secret: new Uint8Array(31) }, '"nonces.secret"'],
    [{ secret: 1e32 }, '"nonces.secret"'],
    [{ secret, windowSeconds: 0 }, '"nonces.windowSeconds"'],
    [{ secret, windowSeconds: '300' }, '"nonces.windowSeconds"'],
    [{ secret, windowSeconds: 86_401 }, '"nonces.windowSeconds"'],
    [{ secret, required: 'yes' }, '"nonces.required"'],
    [{ secret, lifetime: 1 }, 'unknown option "lifetime"'],
  ]
  for (const [options, word] of refused) {
    test(`${JSON.stringify(options)} is refused at boot`, () => {
      assertRefusedOption(() => new Nonces('dpopVerifier', untyped(options), () => NOW), 'dpopVerifier', word)
    })
  }
})
