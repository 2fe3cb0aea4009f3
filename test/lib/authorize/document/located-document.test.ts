import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readDocument } from '../../../../lib/authorize/document/located-document.ts'
import { assertRefusedOption } from '../../../support/refused-option.ts'

const read = (text: string) => readDocument(text, 'routes.yaml')

test('YAML and JSON mean the same', () => {
  const expected = { routes: [{ path: '/a', methods: ['GET'], public: true }] }
  assert.deepEqual(read('routes:\n  - path: /a\n    methods: [GET]\n    public: true\n').value, expected)
  assert.deepEqual(read(JSON.stringify(expected)).value, expected)
  assert.deepEqual(read(JSON.stringify(expected, null, '\t')).value, expected)
})

test('a date is text, and so is what older YAML took for a truth', () => {
  assert.deepEqual(read('- 2026-12-25\n- no\n- 08:00-17:00').value, ['2026-12-25', 'no', '08:00-17:00'])
})

test('an error tells the line of the place, or of what is nearest around it', () => {
  const document = read('routes:\n  - path: /a\n  - path: /b\n    roles: [x]\n')
  for (const [place, line] of [
    [['routes', 0], 2],
    [['routes', 1], 3],
    [['routes', 1, 'roles'], 4],
    [['routes', 1, 'scopes', 0], 3],
    [['nothing'], 1],
    [[], 1],
  ] as const) {
    assert.equal(document.problem(place, 'is wrong').message, `routes.yaml:${line}: is wrong`)
  }
  assert.equal(read('').problem([], 'is empty').message, 'routes.yaml: is empty')
})

suite('refused, with the line', () => {
  const refused: readonly (readonly [string, string, ...(string | RegExp)[]])[] = [
    ['a key that comes twice', 'a: 1\nb: 2\na: 3\n', 'routes.yaml:3:', /unique/i],
    ['what is no YAML', 'a: 1\nb: [1, 2\n', 'routes.yaml:'],
    ['an alias', 'a: &x [1]\nb: *x\n', 'routes.yaml:2:', 'alias'],
    ['a tag that is not known', 'a: !!js/function x\n', 'routes.yaml:1:'],
    ['a key that is no text', '? [a, b]\n: 1\n', 'routes.yaml:1:'],
    ['an older YAML, which takes in what "<<" names', '%YAML 1.1\n---\na: {<<: {b: 1}}\n', 'routes.yaml:1:', '1.2'],
    ['two documents', 'a: 1\n---\na: 2\n', 'routes.yaml:'],
  ]
  for (const [title, text, ...words] of refused) test(title, () => assertRefusedOption(() => read(text), ...words))
  test('a text that is longer than any table', () => {
    assertRefusedOption(() => read(`# ${'x'.repeat(16_000_000)}`), 'longer')
  })
})

test('a key of every object is a key like others', () => {
  const value = read('__proto__: {polluted: true}\n').value as object
  assert.equal((value as { polluted?: unknown }).polluted, undefined)
  assert.deepEqual(Object.keys(value), ['__proto__'])
})
