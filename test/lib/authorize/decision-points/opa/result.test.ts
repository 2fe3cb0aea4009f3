import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  decisionOfResult,
  type ResultReading,
  undefinedResult,
} from '../../../../../lib/authorize/decision-points/opa/result.ts'
import type { Decision } from '../../../../../lib/authorize/policy.ts'
import { DependencyError } from '../../../../../lib/errors.ts'

const READING: ResultReading = { name: 'opa', setsHeaders: ['x-area'], tellsReason: false }

function deniedBy(result: unknown, reading = READING) {
  const decision: Decision = decisionOfResult(result, reading)
  return decision.allow ? assert.fail('it allows') : decision.error
}

test('true allows, and so does an object that says so', () => {
  for (const result of [true, { allow: true }, { allow: true, reason: 'owner' }, { allow: true, status: 200 }]) {
    assert.deepEqual(decisionOfResult(result, READING), { allow: true })
  }
})

suite('what is no decision fails', () => {
  const results: Readonly<Record<string, unknown>> = {
    'true as text': 'true',
    'true as a number': 1,
    'true in a list': [true],
    null: null,
    'an empty object': {},
    'allow as text': { allow: 'true' },
    'allow yes': { allow: 'yes' },
    'allow as a number': { allow: 1 },
    'allow as null': { allow: null },
    'allow in a list': { allow: [true] },
    'allow by another name': { Allow: true, allowed: true },
    'allow as its prototype': JSON.parse('{"__proto__":{"allow":true}}'),
    'allow inherited': Object.create({ allow: true }),
    'a result in the result': { result: true },
    'a condition that nobody heeds': { allow: true, obligations: ['mask'] },
    'headers that are not declared': { allow: true, headers: { 'X-User-ID': 'root' } },
    'headers that no header can hold': { allow: true, headers: { 'X-Area': 'a\r\nX-User-ID: root' } },
    'headers that are no object': { allow: true, headers: ['X-Area'] },
    'headers null': { allow: true, headers: null },
  }
  for (const [name, result] of Object.entries(results)) {
    test(name, () => assert.throws(() => decisionOfResult(result, READING), DependencyError))
  }
})

test('headers are set by lower-case name', () => {
  assert.deepEqual(
    { ...decisionOfResult({ allow: true, headers: { 'X-Area': 'north' } }, READING) },
    { allow: true, headers: Object.assign(Object.create(null), { 'x-area': 'north' }) },
  )
})

test('a denial is one, whatever it says besides', () => {
  for (const result of [false, { allow: false }, { allow: false, headers: 1, status: {}, reason: [], more: true }]) {
    const { code, reason, detail } = deniedBy(result)
    assert.deepEqual([code, reason, detail], ['access_denied', 'denied by opa', undefined])
  }
  assert.equal(undefinedResult(READING).allow, false)
})

test('a denial may name one of a few statuses; any other is 403', () => {
  const statuses = [401, 403, 429, 200, 302, 404, 500, 503, '401', 401.5, null, undefined]
  const answered = statuses.map((status) => deniedBy({ allow: false, status }).status)
  assert.deepEqual(answered, [401, 403, 429, ...Array(9).fill(403)])
})

test('the reason is for logs, on one line, and for callers by option only', () => {
  const result = { allow: false, reason: 'not yours\r\nforged: line' }
  assert.equal(deniedBy(result).reason, 'denied by opa: not yours forged: line')
  assert.equal(deniedBy(result).detail, undefined)
  assert.equal(deniedBy(result, { ...READING, tellsReason: true }).detail, 'not yours forged: line')
})
