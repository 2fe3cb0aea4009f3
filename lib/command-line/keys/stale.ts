import type { KeyListing } from '../../keys/api-keys.ts'
import { type KeyView, viewOfKey } from '../../keys/key-view.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { parseDuration, relative } from '../duration.ts'
import { EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { ListPrinter } from '../list-printer.ts'
import { shortLabel } from './key-output.ts'
import { type OpenKeys, withKeys } from './with-keys.ts'

const COLUMNS = ['ID', 'OWNER', 'LABEL', 'ENVIRONMENT', 'WHY']

export const stale: Command = {
  group: 'keys',
  name: 'stale',
  summary: 'Show keys that nobody uses, or that expire soon.',
  purpose: `Shows keys in force that were not used for a while (or never, and are older than that), and those that expire
    soon: what to revoke, and what to rotate before somebody misses it.`,
  usage: ['[options]'],
  options: {
    'unused-for': { value: 'TIME', help: 'Not used for so long. Default: 90d.' },
    'expiring-within': { value: 'TIME', help: 'Expire within this time. Default: 14d.' },
    owner: { value: 'ID', help: 'Only keys of this client.' },
  },
  examples: [
    ['What to tidy up', 'gatewarden keys stale'],
    [
      'What nobody used for half a year, for a program',
      'gatewarden keys stale --unused-for 180d --expiring-within 0 --json',
    ],
  ],
  run,
}

interface Bounds {
  readonly unusedFor: number
  readonly expiringWithin: number
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const bounds = {
    unusedFor: durationGiven(given, 'unused-for', '90d'),
    expiringWithin: durationGiven(given, 'expiring-within', '14d'),
  }
  await withKeys(given, io, (open) => print(open, given, io, bounds))
  return EXIT.done
}

async function print({ keys, storeName }: OpenKeys, given: Arguments, io: Io, bounds: Bounds): Promise<void> {
  const printer = new ListPrinter(io, 'keys', COLUMNS, given.has('json'))
  const now = io.now()

  /** Prints what a listing finds, page by page. */
  async function add(listing: KeyListing, isMeant: (reasons: readonly Reason[]) => boolean): Promise<void> {
    let cursor: string | undefined
    do {
      const filters = { activeOnly: true, owner: given.text('owner'), limit: 1_000, cursor }
      const page = await keys.list({ ...listing, ...filters })
      const found = page.records
        .map((record) => viewOfKey(record, now))
        .map((key) => ({ key, reasons: reasonsOf(key, bounds, now) }))
        .filter(({ reasons }) => isMeant(reasons))
      await printer.add(found.map(({ key, reasons }) => entryOf(key, reasons, now)))
      cursor = page.next
    } while (cursor !== undefined)
  }

  await add({ unusedForSeconds: bounds.unusedFor }, (reasons) => reasons.includes('unused'))
  await add({ expiringWithinSeconds: bounds.expiringWithin }, (reasons) => reasons.join() === 'expiring')
  await printer.end()
  if (printer.count === 0 && !given.has('json')) io.note(`No stale keys in ${storeName}.`)
}

type Reason = 'unused' | 'expiring'

function reasonsOf({ createdAt, lastUsedAt, expiresAt }: KeyView, bounds: Bounds, now: number): readonly Reason[] {
  const reasons: Reason[] = []
  if ((lastUsedAt ?? createdAt) < now - bounds.unusedFor) reasons.push('unused')
  if (expiresAt !== undefined && expiresAt < now + bounds.expiringWithin) reasons.push('expiring')
  return reasons
}

function entryOf(key: KeyView, reasons: readonly Reason[], now: number): { row: readonly string[]; value: unknown } {
  const { id, owner, environment, lastUsedAt, createdAt, expiresAt = now } = key
  const unused =
    lastUsedAt === undefined ? `never used, made ${relative(createdAt, now)}` : `used ${relative(lastUsedAt, now)}`
  const words = { unused, expiring: `expires ${relative(expiresAt, now)}` }
  const why = reasons.map((reason) => words[reason]).join('; ')
  return { row: [id, owner, shortLabel(key), environment, why], value: { ...key, reasons } }
}

function durationGiven(given: Arguments, option: string, otherwise: string): number {
  const seconds = parseDuration(given.text(option) ?? otherwise)
  if (seconds === undefined) throw usageFailure(`--${option} must be a time such as ${otherwise}, 12h or 2w`)
  return seconds
}
