import type { RevocationStore } from '../../store/revocation-store.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { ListPrinter } from '../list-printer.ts'
import { REVOCATION_COLUMNS, revocationRow } from './revocation-output.ts'
import { withRevocations } from './with-revocations.ts'

const PAGE_LENGTH = 1_000

export const list: Command = {
  group: 'revocations',
  name: 'list',
  summary: 'Show what is revoked.',
  purpose: `Shows the revocations in force, in the order in which they were made. Those that have ended are not shown: the
    tokens that they were about have expired.`,
  usage: ['[options]'],
  options: {},
  examples: [
    ['What is revoked', 'gatewarden revocations list'],
    ['The same for a program', 'gatewarden revocations list --json'],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  await withRevocations(given, io, (store, name) => print(store, name, given, io))
  return EXIT.done
}

async function print(store: RevocationStore, storeName: string, given: Arguments, io: Io): Promise<void> {
  const printer = new ListPrinter(io, 'revocations', REVOCATION_COLUMNS, given.has('json'))
  const now = io.now()
  let cursor = ''
  let isLast = false
  while (!isLast) {
    const page = await store.read(cursor, PAGE_LENGTH)
    const inForce = page.revocations.filter(({ expiresAt }) => expiresAt > now)
    await printer.add(inForce.map((each) => ({ row: revocationRow(each, now), value: each })))
    cursor = page.cursor
    isLast = page.isLast
  }
  await printer.end()
  if (printer.count === 0 && !given.has('json')) io.note(`Nothing is revoked in ${storeName}.`)
}
