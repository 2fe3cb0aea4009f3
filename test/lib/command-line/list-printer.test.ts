import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ListPrinter } from '../../../lib/command-line/list-printer.ts'
import { commandLine } from '../../support/command-line.ts'

/** What is printed for pages of keys. */
async function printed(isJson: boolean, pages: readonly (readonly string[])[], next?: string): Promise<string> {
  let text = ''
  const { io } = commandLine()
  const print = async (part: string) => {
    text += part
  }
  const printer = new ListPrinter({ ...io, print }, 'keys', ['ID'], isJson)
  for (const page of pages) await printer.add(page.map((id) => ({ row: [id], value: { id } })))
  await printer.end(next)
  assert.equal(printer.count, pages.flat().length)
  return text
}

test('pages become one table', async () => {
  assert.equal(await printed(false, [['key_1'], [], ['key_2', 'key_3']]), 'ID\nkey_1\nkey_2\nkey_3\n')
  assert.equal(await printed(false, [['a'], ['long']]), 'ID\na\nlong\n')
  assert.equal(await printed(false, []), '')
})

test('pages become one JSON document', async () => {
  const pages = [[['a', 'b'], ['c']], [[], ['a']], [[]], []]
  for (const each of pages) {
    assert.deepEqual(JSON.parse(await printed(true, each)), { keys: each.flat().map((id) => ({ id })) })
  }
  assert.deepEqual(JSON.parse(await printed(true, [['a']], 'a')), { keys: [{ id: 'a' }], next: 'a' })
  assert.deepEqual(JSON.parse(await printed(true, [], 'a')), { keys: [], next: 'a' })
})
