import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printable, printableJson } from '../printable.ts'
import { secretView } from './secret-output.ts'
import { noSuchSecret, withVault } from './with-vault.ts'

export const revoke: Command = {
  group: 'secrets',
  name: 'revoke',
  summary: 'End a key id with all of its secrets.',
  purpose: 'Ends a key id with all of its secrets, at once and for good: its signatures are refused from now on.',
  usage: ['KEY_ID'],
  operands: { name: 'KEY_ID', least: 1, most: 1 },
  options: {},
  examples: [['A client that has left', 'gatewarden secrets revoke hk_0b9c9e0e-6f5f-4f0e-9d3b-0f6a4c1d2e3f']],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const [keyId = ''] = given.operands
  await withVault(given, io, async ({ vault }) => {
    const record = await vault.revoke(keyId)
    if (!record) throw noSuchSecret()
    const words = `Revoked ${printable(record.keyId)} of ${printable(record.owner)}.`
    await io.print(`${given.has('json') ? printableJson(secretView(record, io.now())) : words}\n`)
  })
  return EXIT.done
}
