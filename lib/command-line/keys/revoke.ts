import { viewOfKey } from '../../keys/key-view.ts'
import type { ApiKeyRecord } from '../../store/key-store.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { CommandFailure, EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printable, printableJson } from '../printable.ts'
import { Table } from '../table.ts'
import { dateInWords } from '../time.ts'
import { assertIds, noSuchKey } from './key-id.ts'
import { KEY_COLUMNS, keyRow } from './key-output.ts'
import { actorOf, done, type OpenKeys, withKeys } from './with-keys.ts'

export const revoke: Command = {
  group: 'keys',
  name: 'revoke',
  summary: 'End keys, at once and for good.',
  purpose: `Ends keys at once and for good. A gateway that caches keys sees it when its cache ends, within 30 seconds unless
    it was set otherwise. More than one key is revoked only after a question, or with --yes.`,
  usage: ['ID [ID …] [--yes]', '--owner ID [--yes]'],
  operands: { name: 'ID', least: 0, most: 1_000 },
  options: {
    owner: { value: 'ID', help: 'All keys of this client.' },
    yes: { short: 'y', help: 'Ask no question. Needed where nobody can answer, such as in a script.' },
  },
  examples: [
    ['One that leaked', 'gatewarden keys revoke key_0b9c9e0e-6f5f-4f0e-9d3b-0f6a4c1d2e3f'],
    ['All that acme has', 'gatewarden keys revoke --owner acme'],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const ids = [...new Set(given.operands)]
  const owner = given.text('owner')
  if ((owner === undefined) === (ids.length === 0)) throw usageFailure('say which keys: either ids or --owner')
  assertIds(ids)
  await withKeys(given, io, async (open) => {
    const records = owner === undefined ? await recordsOf(open, ids) : await allOf(open, owner)
    if (records.length > 1 && !given.has('yes')) await confirm(records, io)
    await revokeAll(open, records, given, io)
  })
  return EXIT.done
}

/** All are looked up before one is revoked: with a wrong id, nothing happens. */
async function recordsOf({ keys }: OpenKeys, ids: readonly string[]): Promise<readonly ApiKeyRecord[]> {
  const records: ApiKeyRecord[] = []
  for (const id of ids) {
    const record = await keys.get(id)
    if (!record) throw noSuchKey(id)
    records.push(record)
  }
  return records
}

async function allOf({ keys, storeName }: OpenKeys, owner: string): Promise<readonly ApiKeyRecord[]> {
  const records: ApiKeyRecord[] = []
  let cursor: string | undefined
  do {
    const page = await keys.list({ owner, limit: 1_000, cursor })
    records.push(...page.records.filter(({ revokedAt }) => revokedAt === undefined))
    cursor = page.next
  } while (cursor !== undefined)
  if (records.length > 0) return records
  throw new CommandFailure(EXIT.notFound, `this owner has no keys left to revoke in ${storeName}`)
}

const MOST_SHOWN = 20

/** @throws CommandFailure unless a person agrees */
async function confirm(records: readonly ApiKeyRecord[], io: Io): Promise<void> {
  if (!io.isTerminal) {
    throw new CommandFailure(EXIT.refused, `this revokes ${records.length} keys: add --yes if that is meant`)
  }
  const now = io.now()
  const rows = records.slice(0, MOST_SHOWN).map((record) => keyRow(viewOfKey(record, now), now))
  io.note(new Table(KEY_COLUMNS).lines(rows).trimEnd())
  if (records.length > MOST_SHOWN) io.note(`… and ${records.length - MOST_SHOWN} more`)
  const answer = await io.ask(`Revoke these ${records.length} keys, for good? Type yes: `)
  if (answer?.trim().toLowerCase() !== 'yes') throw new CommandFailure(EXIT.refused, 'nothing was revoked')
}

async function revokeAll({ keys }: OpenKeys, before: readonly ApiKeyRecord[], given: Arguments, io: Io): Promise<void> {
  const now = io.now()
  const after: ApiKeyRecord[] = []
  try {
    for (const { id } of before) after.push(done(await keys.revoke(id, actorOf(io))))
  } catch (error) {
    if (before.length > 1) io.note(`gatewarden: ${after.length} of ${before.length} keys were revoked, then it failed`)
    throw error
  }
  if (given.has('json')) {
    await io.print(`${printableJson({ keys: after.map((record) => viewOfKey(record, now)) })}\n`)
    return
  }
  for (const [index, { id, owner }] of after.entries()) {
    const revokedAt = before[index]?.revokedAt
    const what = revokedAt === undefined ? 'Revoked' : `Was revoked already, ${dateInWords(revokedAt, now)}:`
    await io.print(`${what} ${printable(id)} of ${printable(owner)}.\n`)
  }
}
