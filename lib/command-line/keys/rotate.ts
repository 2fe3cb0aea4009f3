import type { ApiKeys, RotatedApiKey } from '../../keys/api-keys.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { parseDuration } from '../duration.ts'
import { EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { isoTime } from '../time.ts'
import { assertIds, noSuchKey } from './key-id.ts'
import { expiryGiven, KEY_OPTIONS, PREFIX_OPTION } from './key-options.ts'
import { printKey, QUIET_OPTION } from './print-key.ts'
import { actorOf, done, isProblem, withKeys } from './with-keys.ts'

const MAX_GRACE_SECONDS = 365 * 86_400

export const rotate: Command = {
  group: 'keys',
  name: 'rotate',
  summary: 'Make a key that takes the place of one.',
  purpose: `Makes a new key that may do what an old one may, and shows it once. The old key goes on working for the time
    of grace, so that its users can change over without an outage. To end a leaked key, give no grace.`,
  usage: ['ID --grace TIME [options]'],
  operands: { name: 'ID', least: 1, most: 1 },
  options: {
    grace: {
      value: 'TIME',
      required: true,
      help: 'How long the old key goes on working: 7d, 12h … up to 1y; 0 ends it at once.',
    },
    expires: { ...KEY_OPTIONS.expires, help: 'When the new key stops working. Without: when the old one would have.' },
    ...PREFIX_OPTION,
    ...QUIET_OPTION,
  },
  examples: [
    ['Two weeks to change over', 'gatewarden keys rotate key_0b9c9e0e-6f5f-4f0e-9d3b-0f6a4c1d2e3f --grace 14d'],
    [
      'One that would expire soon, for another year',
      'gatewarden keys rotate key_0b9c9e0e-6f5f-4f0e-9d3b-0f6a4c1d2e3f --grace 7d --expires 1y',
    ],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const [id = ''] = given.operands
  assertIds([id])
  const grace = parseDuration(given.text('grace') ?? '')
  if (grace === undefined || grace > MAX_GRACE_SECONDS) {
    throw usageFailure('--grace must be a time such as 7d or 12h, up to 1y; 0 ends the old key at once')
  }
  const expiresAt = expiryGiven(given, io.now())
  await withKeys(given, io, async ({ keys }) => {
    const rotated = await keys.rotate(id, grace, actorOf(io))
    if (isProblem(rotated) && rotated.problem === 'not found') throw noSuchKey(id)
    const issued = done(rotated)
    const prolonged = await prolong(keys, issued, expiresAt, io)
    await printKey(io, prolonged, given)
    const until = isoTime(issued.replaced.graceUntil ?? io.now())
    io.note(grace === 0 ? `${id} works no more.` : `${id} works until ${until}.`)
  })
  return EXIT.done
}

/** The new key is printed even if its expiry cannot be changed: it is in force already. */
async function prolong(
  keys: ApiKeys,
  issued: RotatedApiKey,
  expiresAt: number | undefined,
  io: Io,
): Promise<RotatedApiKey> {
  if (expiresAt === undefined) return issued
  try {
    return { ...issued, record: done(await keys.update(issued.record.id, { expiresAt }, actorOf(io))) }
  } catch {
    io.note('gatewarden: the new key has the expiry of the old one, for the store failed after it was made')
    return issued
  }
}
