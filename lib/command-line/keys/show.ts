import { candidateHashes } from '../../api-key.ts'
import { viewOfKey } from '../../keys/key-view.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { CommandFailure, EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import { inputNamed, textLines } from '../input.ts'
import type { Io } from '../io.ts'
import { printableJson } from '../printable.ts'
import { assertIds, noSuchKey } from './key-id.ts'
import { keyDetails } from './key-output.ts'
import { withKeys } from './with-keys.ts'

export const show: Command = {
  group: 'keys',
  name: 'show',
  summary: 'Show all about one key.',
  purpose: `Shows what a key may do, since when and until when, and when it was used last. Not the key: nobody has it. Of a
    key that somebody found, --key-from tells whose it is; it is never an argument, where others could read it.`,
  usage: ['ID [options]', '--key-from FILE|- [options]'],
  operands: { name: 'ID', least: 0, most: 1 },
  options: { 'key-from': { value: 'FILE', help: 'Read a key, and show what is known of it; "-" is standard input.' } },
  examples: [
    ['What this key may do', 'gatewarden keys show key_0b9c9e0e-6f5f-4f0e-9d3b-0f6a4c1d2e3f'],
    ['Whose key was found', 'gatewarden keys show --key-from leaked.txt'],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const [id] = given.operands
  const file = given.text('key-from')
  if ((id === undefined) === (file === undefined)) throw usageFailure('say which key: either its id or --key-from')
  assertIds(given.operands)
  const key = file === undefined ? undefined : await keyIn(file, io)
  await withKeys(given, io, async ({ keys, store, peppers, storeName }) => {
    const record = key === undefined ? await keys.get(id ?? '') : await store.findByHash(candidateHashes(key, peppers))
    if (!record && key !== undefined) throw new CommandFailure(EXIT.notFound, `this key is none of ${storeName}`)
    if (!record) throw noSuchKey(id ?? '')
    const now = io.now()
    await io.print(given.has('json') ? `${printableJson(viewOfKey(record, now))}\n` : keyDetails(record, now))
  })
  return EXIT.done
}

/** The first line that is not empty. */
async function keyIn(file: string, io: Io): Promise<string> {
  for await (const line of textLines(inputNamed(file, io))) {
    if (line.trim() !== '') return line.trim()
  }
  throw usageFailure('--key-from holds nothing')
}
