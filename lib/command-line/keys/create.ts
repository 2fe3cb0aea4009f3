import type { ApiKeyFields } from '../../keys/key-fields.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { fieldsGiven, KEY_OPTIONS, PREFIX_OPTION } from './key-options.ts'
import { printKey, QUIET_OPTION } from './print-key.ts'
import { actorOf, done, type OpenKeys, withKeys } from './with-keys.ts'

export const create: Command = {
  group: 'keys',
  name: 'create',
  summary: 'Make a key, and show it once.',
  purpose: `Makes a key for a client. The key is printed once: pass it on by a safe way, such as a secret store. What is
    stored is its hash, with what the key may do. A SQLite file or PostgreSQL tables are made when they are not there.`,
  usage: ['--owner ID --environment NAME [options]'],
  options: {
    ...KEY_OPTIONS,
    owner: { ...KEY_OPTIONS.owner, required: true },
    environment: { ...KEY_OPTIONS.environment, required: true },
    ...PREFIX_OPTION,
    ...QUIET_OPTION,
  },
  examples: [
    [
      'A key for the partner acme that reads orders, for a year',
      'gatewarden keys create --owner acme --environment live --scope orders:read --expires 1y',
    ],
    [
      'Only from their network, and only on two routes',
      'gatewarden keys create --owner acme --environment live --network 203.0.113.0/24 --route "GET /orders/**" --route "POST /orders"',
    ],
    [
      'Straight into a secret store',
      'gatewarden keys create --owner acme --environment live -q | vault kv put secret/acme key=-',
    ],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const fields = fieldsGiven(given, io.now()) as ApiKeyFields
  const make = async ({ keys }: OpenKeys): Promise<void> => {
    const issued = done(await keys.create(fields, actorOf(io)))
    await printKey(io, issued, given)
  }
  await withKeys(given, io, make, { create: true })
  return EXIT.done
}
