import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ComponentReader,
  componentProblem,
  isComponentName,
} from '../../../../lib/authenticate/http-signature/component-value.ts'
import type { HeaderRecord } from '../../../../lib/request-view.ts'
import { requestView } from '../../../support/request-view.ts'

const HEADERS: HeaderRecord = {
  'x-text': 'a, b',
  'x-empty': '',
  'x-list': ['a', 'b'],
  'x-bytes': 'caf\u00e9',
  'x-lines': 'a\n"@method": POST',
  'x-dictionary': ' a=1;p ,b=( "c"  d ), e',
}
const request = requestView(
  { authorization: 'Bearer t' },
  { method: 'PUT', target: '/a%2Fb?c=d&e=+%20', path: '/a%2Fb', query: 'c=d&e=+%20', headers: HEADERS },
)
const origin = { url: 'https://api.example.test', scheme: 'https', authority: 'api.example.test' }

function value(name: string, parameters: Readonly<Record<string, string>> = {}): string | undefined {
  const component = { name, parameters: new Map(Object.entries(parameters)), identifier: '' }
  return new ComponentReader({ request, origin }).valueOf(component)
}

test('derived components are those of RFC 9421, section 2.2', () => {
  assert.deepEqual(
    ['@method', '@target-uri', '@authority', '@scheme', '@request-target', '@path', '@query'].map((name) =>
      value(name),
    ),
    [
      ...['PUT', 'https://api.example.test/a%2Fb?c=d&e=+%20', 'api.example.test', 'https', '/a%2Fb?c=d&e=+%20'],
      ...['/a%2Fb', '?c=d&e=+%20'],
    ],
  )
  assert.equal(value('@query-param', { name: 'e' }), '%20%20')
})

test('fields are as they came; what could hold a line of its own, or no ASCII, is none', () => {
  assert.equal(value('x-text'), 'a, b')
  assert.equal(value('x-empty'), '')
  assert.equal(value('x-list'), 'a, b')
  assert.equal(value('authorization'), 'Bearer t')
  for (const name of ['x-bytes', 'x-lines', 'x-absent', '__proto__', 'constructor', 'toString']) {
    assert.equal(value(name), undefined, name)
  }
})

test('a key of a dictionary has one spelling', () => {
  assert.equal(value('x-dictionary', { key: 'a' }), '1;p')
  assert.equal(value('x-dictionary', { key: 'b' }), '("c" d)')
  assert.equal(value('x-dictionary', { key: 'e' }), '?1')
  assert.equal(value('x-dictionary', { key: 'f' }), undefined)
  assert.equal(value('x-bytes', { key: 'a' }), undefined)
})

test('many parts of one query, or of one field, cost little more than one', () => {
  const long = Array.from({ length: 1_500 }, (_, index) => `a${index}`)
  const headers = { 'x-long': long.join(',') }
  const big = requestView({}, { target: '/', path: '/', query: long.join('&'), headers })
  const read = (name: string, parameter: string, times: number) => {
    const reader = new ComponentReader({ request: big, origin })
    const start = performance.now()
    for (let index = 0; index < times; index++) {
      reader.valueOf({ name, parameters: new Map([[parameter, `a${index}`]]), identifier: '' })
    }
    return performance.now() - start
  }
  for (const [name, parameter] of [
    ['@query-param', 'name'],
    ['x-long', 'key'],
  ] as const) {
    // The quickest of many runs: whatever else the machine does only adds to them.
    const quickest = (times: number) => Math.min(...Array.from({ length: 15 }, () => read(name, parameter, times)))
    const [one, many] = [quickest(1), quickest(64)]
    assert.ok(many < 16 * one, `${name}: ${many} ms for 64, ${one} ms for one`)
  }
})

test('names that a policy can demand', () => {
  for (const name of ['@method', '@query', 'content-type', 'x_y']) assert.ok(isComponentName(name), name)
  for (const name of ['@status', '@query-param', '@signature-params', 'Content-Type', 'a b', '', '@toString']) {
    assert.equal(isComponentName(name), false, name)
  }
})

test('parameters are those that are understood', () => {
  const problem = (name: string, parameters: Readonly<Record<string, unknown>>) =>
    componentProblem({ name, parameters: new Map(Object.entries(parameters)), identifier: '' })
  assert.equal(problem('x', { key: 'a' }), undefined)
  assert.equal(problem('@query-param', { name: 'a' }), undefined)
  assert.equal(problem('@query-param', { name: true }), 'component parameter')
  assert.equal(problem('@query-param', {}), 'component parameter')
  assert.equal(problem('x', { key: 1 }), 'component parameter')
  assert.equal(problem('x', { name: 'a' }), 'component parameter')
  assert.equal(problem('@path', { key: 'a' }), 'component parameter')
  for (const parameter of ['sf', 'bs', 'tr', 'req']) {
    assert.equal(problem('x', { [parameter]: true }), `component parameter ${parameter}`)
    assert.equal(problem('@method', { [parameter]: true }), `component parameter ${parameter}`)
  }
})
