import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvCells } from '../../../../../lib/command-line/keys/import/csv.ts'
import { cpuTimed } from '../../../../support/cpu-time.ts'

for (const [line, cells] of [
  ['a,b', ['a', 'b']],
  ['', ['']],
  [',', ['', '']],
  [' a , b ', ['a', 'b']],
  ['"a,b", "c ""d""" ,', ['a,b', 'c "d"', '']],
  ['""', ['']],
] as const) {
  test(`the cells of ${JSON.stringify(line)}`, () => assert.deepEqual(csvCells(line), cells))
}

test('a quote that is open or out of place makes the line unreadable', () => {
  for (const line of ['"a', 'a"b"', '"a"b,c', 'a,"']) assert.equal(csvCells(line), undefined, line)
})

test('a long line takes no long time', () => {
  const { took } = cpuTimed(() => {
    csvCells(`"${'""'.repeat(50_000)}`)
    csvCells(' '.repeat(100_000))
  })
  assert.ok(took < 2_000, `took ${took} ms`)
})
