import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, printableJson, shortened, widthOf } from '../../../lib/command-line/printable.ts'

/** Clears the screen, sets the title, a C1 control, a right-to-left override, a line separator, a tag, half a character. */
const HOSTILE = 'a\x1b[2J\x1b]0;x\x07b\n\r\t\x7f\x9b\u202ec\u2028d\u{e0041}e\ud800f'

test('nothing that moves a terminal is left, and all of it can be seen', () => {
  const shown = printable(HOSTILE)
  assert.match(shown, /^[\x20-\x7e]+$/)
  assert.equal(printable('a\x1b[2J'), 'a\\u{1b}[2J')
})

test('text of people stays as it is', () => {
  for (const text of ['Größe', '注文', 'مفتاح', "Acme's \\ key"]) assert.equal(printable(text), text)
})

test('JSON is safe on a terminal and means the same', () => {
  const value = { label: HOSTILE, list: ['x'] }
  const json = printableJson(value)
  assert.match(json, /^[\x20-\x7e\n]+$/)
  assert.deepEqual(JSON.parse(json), value)
})

test('columns are counted as a terminal does', () => {
  assert.deepEqual(['abc', '注文', 'e\u0301', '🔑'].map(widthOf), [3, 4, 1, 2])
})

test('a long text is cut, and shows it', () => {
  assert.equal(shortened('abcdef', 6), 'abcdef')
  assert.equal(shortened('abcdefg', 6), 'abcde…')
  assert.equal(shortened('注文注文', 6), '注文…')
})
