import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  assertBoolean,
  assertEndpoint,
  assertFunction,
  assertKnownKeys,
  assertPositiveNumber,
  assertString,
  assertStrings,
  dangerouslyAllowHttp,
  invalidOption,
} from '../../lib/options.ts'
import { assertRefusedOption } from '../support/refused-option.ts'

test('a mistake is a TypeError that names the factory', () => {
  const error = invalidOption('boundary', '"x" is wrong')
  assert.ok(error instanceof TypeError)
  assert.equal(error.message, 'boundary: "x" is wrong')
})

suite('keys', () => {
  const known = ['audience', 'issuer', 'jwksUri', 'clockToleranceSeconds']
  const check = (options: unknown) => assertKnownKeys('f', options, known)

  test('that are known are fine', () => assert.doesNotThrow(() => check({ audience: 1, issuer: undefined })))
  test('that are symbols are for those that define them', () => assert.doesNotThrow(() => check({ [Symbol('x')]: 1 })))

  for (const [key, suggestion] of [
    ['audiance', 'audience'],
    ['Audience', 'audience'],
    ['JWKSURI', 'jwksUri'],
    ['isser', 'issuer'],
    ['clockTolerance', undefined],
    ['clockToleranceSecond', 'clockToleranceSeconds'],
  ] as const) {
    test(`${key}: ${suggestion ?? 'all are listed'}`, () => {
      assertRefusedOption(
        () => check({ [key]: 1 }),
        `unknown option "${key}"`,
        suggestion ? `Did you mean "${suggestion}"?` : 'Known options: audience, issuer',
      )
    })
  }
  test('__proto__ from JSON is unknown', () => {
    assertRefusedOption(() => check(JSON.parse('{"__proto__": {"audience": "x"}}')), 'unknown option "__proto__"')
  })
  for (const options of [undefined, null, 1, 'x', [], () => undefined]) {
    test(`${typeof options === 'function' ? 'a function' : JSON.stringify(options)} is no object`, () => {
      assertRefusedOption(() => check(options), 'f: options must be an object')
    })
  }
})

suite('values', () => {
  const checks = {
    string: (value: unknown) => assertString('f', 'n', value),
    boolean: (value: unknown) => assertBoolean('f', 'n', value),
    function: (value: unknown) => assertFunction('f', 'n', value),
    number: (value: unknown) => assertPositiveNumber('f', 'n', value),
    'number of at least 0': (value: unknown) => assertPositiveNumber('f', 'n', value, 0),
    'list of strings': (value: unknown) => assertStrings('f', 'n', value),
  }
  const cases: Readonly<
    Record<keyof typeof checks, { readonly good: readonly unknown[]; readonly bad: readonly unknown[] }>
  > = {
    string: { good: ['x', ' '], bad: ['', 1, null, undefined, ['x'], new String('x')] },
    boolean: { good: [true, false], bad: [0, 1, 'true', null, undefined] },
    function: { good: [() => 1, class {}], bad: [undefined, null, {}, 'x'] },
    number: { good: [1, 0.1, 1e9], bad: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, null, undefined] },
    'number of at least 0': { good: [0, 1], bad: [-0.1, Number.NaN] },
    'list of strings': {
      good: [['x'], ['x', 'y']],
      bad: [[], [''], ['x', 'x'], [1], ['x', undefined], 'x', null, undefined, new Set(['x'])],
    },
  }
  for (const [name, { good, bad }] of Object.entries(cases)) {
    const check = checks[name as keyof typeof checks]
    test(`a ${name}`, () => {
      for (const value of good) assert.doesNotThrow(() => check(value), String(value))
      for (const value of bad) assertRefusedOption(() => check(value), 'f: "n"')
    })
  }
})

suite('endpoints', () => {
  const check = (url: unknown, allowHttp = false) => assertEndpoint('f', 'n', url, allowHttp)
  test('are https:, or http: on this machine', () => {
    for (const url of [
      'https://a.test',
      'https://a.test:8443/x?y',
      'http://localhost:1',
      'http://127.0.0.1',
      'http://[::1]:80/',
    ]) {
      assert.doesNotThrow(() => check(url), url)
    }
  })
  test('are nothing else', () => {
    const bad = [
      'http://a.test',
      'http://127.0.0.2',
      'http://localhost.a.test',
      'ftp://a.test',
      'file:///etc/passwd',
      'data:,x',
      'javascript:1',
    ]
    for (const url of [
      ...bad,
      '',
      '/x',
      'a.test',
      'https://u@a.test',
      'https://u:p@a.test',
      'https://a.test/#x',
      1,
      null,
      undefined,
      new URL('https://a.test'),
    ]) {
      assertRefusedOption(() => check(url), '"n"')
    }
  })
  test('may be http: where that was allowed, and still nothing else', () => {
    assert.doesNotThrow(() => check('http://a.test', true))
    for (const url of ['ftp://a.test', 'http://u:p@a.test', 'x']) assertRefusedOption(() => check(url, true), '"n"')
  })
})

test('the dangerous setting is a symbol of its own', () => {
  assert.equal(typeof dangerouslyAllowHttp, 'symbol')
  assert.equal(Symbol.keyFor(dangerouslyAllowHttp), undefined)
})
