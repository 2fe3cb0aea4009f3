import type { IssuedApiKey, RotatedApiKey } from '../../keys/api-keys.ts'
import { viewOfKey } from '../../keys/key-view.ts'
import type { Arguments } from '../arguments.ts'
import type { CommandOptions } from '../command.ts'
import { CommandFailure, EXIT } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printableJson } from '../printable.ts'
import { keyDetails } from './key-output.ts'

export const QUIET_OPTION: CommandOptions = {
  quiet: { short: 'q', help: 'Print the key and nothing else, for a pipe.' },
}

const SHOWN_ONCE = 'This key is shown once, here and now: only its hash is stored, and nobody can read it again.'

/**
 * Prints a new key. There is no second chance to read it.
 * @throws CommandFailure that says what to do when it could not be printed
 */
export async function printKey(io: Io, issued: IssuedApiKey | RotatedApiKey, given: Arguments): Promise<void> {
  try {
    await io.print(shown(issued, given, io.now()))
  } catch {
    const remedy = `revoke ${issued.record.id} and make another one`
    throw new CommandFailure(EXIT.failed, `the key was made, but it could not be written: ${remedy}`)
  }
}

function shown(issued: IssuedApiKey | RotatedApiKey, given: Arguments, now: number): string {
  const { key, record } = issued
  if (given.has('json')) {
    const replaced = 'replaced' in issued && { replaced: viewOfKey(issued.replaced, now) }
    return `${printableJson({ key, ...viewOfKey(record, now), ...replaced })}\n`
  }
  return given.has('quiet') ? `${key}\n` : `${keyDetails(record, now)}\n  ${key}\n\n${SHOWN_ONCE}\n`
}
