import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { ListPrinter } from '../list-printer.ts'
import { SECRET_COLUMNS, secretRow, secretView } from './secret-output.ts'
import { type OpenVault, withVault } from './with-vault.ts'

const PAGE_LENGTH = 1_000

export const list: Command = {
  group: 'secrets',
  name: 'list',
  summary: 'Show key ids, and no secret.',
  purpose: 'Shows the key ids that clients sign with, in their order, and how many secrets of each work now.',
  usage: ['[--owner ID]'],
  options: { owner: { value: 'ID', help: 'Only those of this client.' } },
  examples: [['What acme has', 'gatewarden secrets list --owner acme']],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  await withVault(given, io, (open) => print(open, given, io))
  return EXIT.done
}

async function print({ vault, storeName }: OpenVault, given: Arguments, io: Io): Promise<void> {
  const printer = new ListPrinter(io, 'secrets', SECRET_COLUMNS, given.has('json'))
  const now = io.now()
  const owner = given.text('owner')
  let after = ''
  for (;;) {
    const page = await vault.list({ after, limit: PAGE_LENGTH, ...(owner !== undefined && { owner }) })
    await printer.add(page.map((record) => ({ row: secretRow(record, now), value: secretView(record, now) })))
    const last = page.at(-1)
    if (!last || page.length < PAGE_LENGTH) break
    after = last.keyId
  }
  await printer.end()
  if (printer.count === 0 && !given.has('json')) io.note(`No such secrets in ${storeName}.`)
}
