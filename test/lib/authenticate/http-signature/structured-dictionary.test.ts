import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bytesOf,
  isInnerList,
  readDictionary,
} from '../../../../lib/authenticate/http-signature/structured-dictionary.ts'

test('members are read with their parameters', () => {
  const members = readDictionary('a=1;x;y="q\\";,\\\\", b=("c";d "e;f,");g=1,\t *d=:AQI=:')
  assert.deepEqual([...(members?.keys() ?? [])], ['a', 'b', '*d'])
  const [a, b, d] = [...(members?.values() ?? [])]
  assert.deepEqual(a, [
    1,
    new Map<string, unknown>([
      ['x', true],
      ['y', 'q";,\\'],
    ]),
  ])
  assert.equal(b && isInnerList(b), true)
  assert.deepEqual(bytesOf(d), new Uint8Array([1, 2]))
})

test('what occurs twice, is empty or is no dictionary is refused', () => {
  for (const field of [
    ...['a=1, a=2', 'a, a', 'a=1;x=1;x=2', 'a=("b";x;x)', 'a=("b");x;x', 'a=("b" "c";x;y;x)', 'a=1, b, a=1'],
    ...[
      '',
      ' ',
      ',',
      'a,',
      'a=',
      'A=1',
      'a=1 b=2',
      'a=("b"',
      'a="b',
      'a="b\\',
      'a="\\x"',
      'a=("b""c")',
      'a=:AQI',
      'a=1;',
    ],
    ...['a=%"b"', 'a=%"\\";x=1, a="', 'a="\u00e9"', 'a=@1, b'],
  ]) {
    assert.equal(readDictionary(field), undefined, field)
  }
})

test('only an item of bytes, without parameters, has bytes', () => {
  const of = (field: string) => bytesOf(readDictionary(field)?.get('a'))
  assert.deepEqual(of('a=:AQ==:'), new Uint8Array([1]))
  for (const field of ['a=1', 'a="AQ=="', 'a=AQ', 'a', 'a=(:AQ==:)', 'a=:AQ==:;x', 'b=:AQ==:']) {
    assert.equal(of(field), undefined, field)
  }
})
