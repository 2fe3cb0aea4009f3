import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createChallenge, formatChallenge, formatChallenges } from '../../lib/challenge.ts'
import { assertRefusedOption, untyped } from '../support/refused-option.ts'

test('a challenge is a scheme and quoted parameters', () => {
  assert.equal(formatChallenge(createChallenge('Bearer')), 'Bearer')
  const challenge = createChallenge('Bearer', { realm: 'api', error: 'invalid_token' })
  assert.equal(formatChallenge(challenge), 'Bearer realm="api", error="invalid_token"')
})

test('quotes and backslashes are escaped: no value can end its string', () => {
  assert.equal(formatChallenge(createChallenge('A', { b: 'x", c="y\\' })), 'A b="x\\", c=\\"y\\\\"')
  assert.equal(formatChallenge(createChallenge('A', { b: '' })), 'A b=""')
})

test('several stand in one field, in order', () => {
  const two = [createChallenge('Bearer', { realm: 'api' }), createChallenge('ApiKey', { in: 'header' })]
  assert.equal(formatChallenges(two), 'Bearer realm="api", ApiKey in="header"')
  assert.equal(formatChallenges([]), '')
})

suite('what cannot be sent is refused', () => {
  for (const scheme of ['', 'Bearer token', 'Bearer,', 'B\u00e9arer', 'Bearer\r\n']) {
    test(`the scheme ${JSON.stringify(scheme)}`, () => assertRefusedOption(() => createChallenge(scheme), 'scheme'))
  }
  for (const name of ['', 'a b', 'a=', 'a"']) {
    test(`the name ${JSON.stringify(name)}`, () =>
      assertRefusedOption(() => createChallenge('A', { [name]: 'x' }), 'name'))
  }
  for (const value of ['a\r\nSet-Cookie: x', 'a\u0000', 'caf\u00e9', '\u007f', 'a\tb']) {
    test(`the value ${JSON.stringify(value)}`, () =>
      assertRefusedOption(() => createChallenge('A', { realm: value }), '"realm"', 'printable'))
  }
  test('a value that is no text', () => {
    assertRefusedOption(() => createChallenge('A', untyped({ realm: 42 })), '"realm"')
  })
})

test('nobody can change a challenge', () => {
  const challenge = createChallenge('A', { b: 'c' })
  assert.ok(Object.isFrozen(challenge) && Object.isFrozen(challenge.parameters))
})

test('a challenge may ask for more in the header of the answer', () => {
  assert.ok(!('answerHeaders' in createChallenge('A')))
  const { answerHeaders } = createChallenge('A', {}, { 'accept-signature': 'sig=()' })
  assert.deepEqual(answerHeaders, { 'accept-signature': 'sig=()' })
  assert.ok(Object.isFrozen(answerHeaders))
})
