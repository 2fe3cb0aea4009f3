import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { DURATION_HELP, parseDuration } from '../duration.ts'
import { EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printSecret, QUIET_OPTION } from './secret-output.ts'
import { noSuchSecret, withVault } from './with-vault.ts'

const MAX_GRACE_SECONDS = 365 * 86_400

export const rotate: Command = {
  group: 'secrets',
  name: 'rotate',
  summary: 'Make a new secret for a key id.',
  purpose: `Makes a new secret for a key id, and shows it once. The one before goes on working for the time of grace, so
    that the client can change over without an outage; those before that one end. To end a leaked secret, give no grace.`,
  usage: ['KEY_ID --grace TIME [options]'],
  operands: { name: 'KEY_ID', least: 1, most: 1 },
  options: {
    grace: { value: 'TIME', required: true, help: `How long the old secret works: ${DURATION_HELP}, up to 1y; or 0.` },
    ...QUIET_OPTION,
  },
  examples: [
    ['Two weeks to change over', 'gatewarden secrets rotate hk_0b9c9e0e-6f5f-4f0e-9d3b-0f6a4c1d2e3f --grace 14d'],
    ['One that leaked', 'gatewarden secrets rotate hk_0b9c9e0e-6f5f-4f0e-9d3b-0f6a4c1d2e3f --grace 0'],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const [keyId = ''] = given.operands
  const grace = parseDuration(given.text('grace') ?? '')
  if (grace === undefined || grace > MAX_GRACE_SECONDS) {
    throw usageFailure('--grace must be a time such as 7d or 12h, up to 1y; 0 ends the old secret at once')
  }
  await withVault(given, io, async ({ vault }) => {
    const issued = await vault.rotate(keyId, grace)
    if (!issued) throw noSuchSecret()
    await printSecret(io, issued, given)
  })
  return EXIT.done
}
