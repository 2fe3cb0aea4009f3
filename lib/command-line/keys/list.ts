import { viewOfKey } from '../../keys/key-view.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { ListPrinter } from '../list-printer.ts'
import { printable } from '../printable.ts'
import { KEY_COLUMNS, keyRow } from './key-output.ts'
import { type OpenKeys, withKeys } from './with-keys.ts'

const MAX_LIMIT = 1_000

export const list: Command = {
  group: 'keys',
  name: 'list',
  summary: 'Show many keys.',
  purpose: `Shows keys in the order of their ids, a page at a time. --all shows every page, as they come: also a million
    keys need little memory.`,
  usage: ['[options]'],
  options: {
    owner: { value: 'ID', help: 'Only keys of this client.' },
    active: { help: 'Only keys that are in force: not those that are revoked, expired or were replaced.' },
    limit: { value: 'NUMBER', help: 'The length of a page, from 1 to 1000. Default: 100.' },
    cursor: { value: 'ID', help: 'Continue after this key: the "next" of the page before.' },
    all: { help: 'Show every page.' },
  },
  examples: [
    ['What acme has that works', 'gatewarden keys list --owner acme --active'],
    [
      'Ids and labels of all keys, for a program',
      "gatewarden keys list --all --json | jq -r '.keys[] | [.id, .label] | @tsv'",
    ],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const limit = given.text('limit') ?? (given.has('all') ? String(MAX_LIMIT) : '100')
  if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > MAX_LIMIT) throw usageFailure('--limit must be from 1 to 1000')
  await withKeys(given, io, (open) => print(open, given, io, Number(limit)))
  return EXIT.done
}

async function print({ keys, storeName }: OpenKeys, given: Arguments, io: Io, limit: number): Promise<void> {
  const printer = new ListPrinter(io, 'keys', KEY_COLUMNS, given.has('json'))
  const now = io.now()
  const activeOnly = given.has('active')
  let cursor = given.text('cursor')
  do {
    const page = await keys.list({ owner: given.text('owner'), activeOnly, limit, cursor })
    const views = page.records.map((record) => viewOfKey(record, now))
    await printer.add(views.map((view) => ({ row: keyRow(view, now), value: view })))
    cursor = page.next
  } while (cursor !== undefined && given.has('all'))
  await printer.end(cursor)
  if (given.has('json')) return
  if (printer.count === 0) io.note(`No such keys in ${storeName}.`)
  if (cursor !== undefined)
    io.note(`There are more: --cursor ${printable(cursor)} for the next page, --all for every page.`)
}
