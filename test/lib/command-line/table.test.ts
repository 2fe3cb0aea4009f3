import assert from 'node:assert/strict'
import { test } from 'node:test'
import { details, Table } from '../../../lib/command-line/table.ts'

test('columns are aligned, and no line ends with blanks', () => {
  const table = new Table(['ID', 'LABEL', 'STATUS'])
  const lines = table.lines([
    ['key_1', '注文', 'active'],
    ['key_22', 'short', ''],
  ])
  assert.equal(lines, 'ID      LABEL  STATUS\nkey_1   注文   active\nkey_22  short\n')
})

test('the titles are written once, and later pages keep the widths', () => {
  const table = new Table(['A', 'B'])
  assert.equal(table.lines([['long', 'x']]), 'A     B\nlong  x\n')
  assert.equal(table.lines([['s', 'y']]), 's     y\n')
})

test('a cell cannot break out of its line', () => {
  const lines = new Table(['LABEL']).lines([['evil\nkey_0  admin  active\x1b[8m']])
  assert.equal(lines.split('\n').length, 3)
  assert.equal(lines.includes('\x1b'), false)
})

test('details show values whole, in one line each', () => {
  const long = 'x'.repeat(100)
  assert.equal(
    details([
      ['id', 'a\nb'],
      ['label', long],
    ]),
    `id     a\\u{a}b\nlabel  ${long}\n`,
  )
})
