import { viewOfKey } from '../../keys/key-view.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import { inputNamed } from '../input.ts'
import type { Io } from '../io.ts'
import { printable, printableJson } from '../printable.ts'
import { hashOf } from './import/hash-of.ts'
import { importLine, type Refused } from './import/import-line.ts'
import { type ImportLine, importLines } from './import/import-lines.ts'
import { fieldsGiven, KEY_OPTIONS, PREFIX_OPTION } from './key-options.ts'
import { keyDetails } from './key-output.ts'
import { actorOf, done, type OpenKeys, withKeys } from './with-keys.ts'

const SOURCES = ['hash', 'hashes-from', 'keys-from'] as const

export const importKeys: Command = {
  group: 'keys',
  name: 'import',
  summary: 'Take over keys of another system.',
  purpose: `Takes over keys that another system made, by their SHA-256, so that their users notice nothing. Keys in plain
    text are read with --keys-from and hashed here; they are never an argument, where every user of the machine could
    read them. A boundary accepts keys of another format with apiKeyAuthenticator({ foreignKeys: true }).`,
  usage: [
    '--hash HEX --owner ID --environment NAME [options]',
    '--hashes-from FILE|- [options]',
    '--keys-from FILE|- [options]',
  ],
  options: {
    hash: { value: 'HEX', help: 'The SHA-256 of one key: 64 hex digits.' },
    'hashes-from': {
      value: 'FILE',
      help: 'Many: JSON lines, or CSV with a header; "-" is standard input. Members or columns: hash, owner, environment, label, scopes, roles, tenantId, tier, userId, allowedNetworks, allowedRoutes, expiresAt. In CSV, spaces separate the items of a list, semicolons those of allowedRoutes.',
    },
    'keys-from': { value: 'FILE', help: 'The same with key instead of hash; or a plain list of keys, one a line.' },
    ...KEY_OPTIONS,
    ...PREFIX_OPTION,
  },
  examples: [
    ['One hash', 'gatewarden keys import --hash "$HASH" --owner acme --environment live'],
    [
      'A table; what a line leaves out, the options say',
      'gatewarden keys import --hashes-from keys.csv --environment live',
    ],
    [
      'Keys in plain text, from another program',
      'export-keys | gatewarden keys import --keys-from - --environment live',
    ],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const [source, ...others] = SOURCES.filter((name) => given.has(name))
  if (source === undefined || others.length > 0) {
    throw usageFailure('say what to import: one of --hash, --hashes-from and --keys-from')
  }
  const defaults = fieldsGiven(given, io.now())
  if (source === 'hash') {
    const hash = hashOf({ hash: given.text('hash') }, {}, 'sk', [])
    if (typeof hash !== 'string') throw usageFailure(hash.detail)
    await withKeys(given, io, (open) => importOne(open, hash, defaults, given, io), { create: true })
    return EXIT.done
  }
  const lines = importLines(inputNamed(given.text(source) ?? '-', io), source === 'hashes-from' ? 'hash' : 'key')
  // The first line is read before a store is made: it tells whether the file is one of those that can be read.
  const first = await lines.next()
  if (first.done) throw usageFailure(`--${source} holds nothing`)
  return withKeys(given, io, (open) => importMany(open, rest(first.value, lines), defaults, given, io), {
    create: true,
  })
}

async function importOne(
  { keys }: OpenKeys,
  hash: string,
  fields: ReturnType<typeof fieldsGiven>,
  given: Arguments,
  io: Io,
): Promise<void> {
  // A field that is missing is a problem that the keys tell of.
  const record = done(await keys.import(hash, fields as Parameters<typeof keys.import>[1], actorOf(io)))
  const now = io.now()
  await io.print(given.has('json') ? `${printableJson(viewOfKey(record, now))}\n` : keyDetails(record, now))
}

async function importMany(
  { keys, peppers }: OpenKeys,
  lines: AsyncIterable<ImportLine>,
  defaults: ReturnType<typeof fieldsGiven>,
  given: Arguments,
  io: Io,
): Promise<ExitCode> {
  const refused: Refused[] = []
  let imported = 0
  const take = { keys, peppers, prefix: given.text('prefix') ?? 'sk', defaults, actor: actorOf(io), now: io.now }
  try {
    for await (const line of lines) {
      const problem = await importLine(line, take)
      if (problem === undefined) imported++
      else {
        refused.push(problem)
        io.note(`line ${problem.line}: ${printable(problem.detail)}`)
      }
    }
  } catch (error) {
    io.note(
      `gatewarden: ${imported} keys were imported, then it failed; import the file again, what is there is left alone`,
    )
    throw error
  }
  const words = `Imported ${counted(imported, 'key')}, refused ${counted(refused.length, 'line')}.`
  await io.print(given.has('json') ? `${printableJson({ imported, refused })}\n` : `${words}\n`)
  if (refused.length === 0) return EXIT.done
  return refused.every(({ problem }) => problem === 'duplicate') ? EXIT.refused : EXIT.usage
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

async function* rest<T>(first: T, others: AsyncIterator<T>): AsyncGenerator<T> {
  yield first
  for (let next = await others.next(); !next.done; next = await others.next()) yield next.value
}
