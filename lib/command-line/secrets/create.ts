import type { SharedKeyFields } from '../../secrets/vault.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { expiryGiven, KEY_OPTIONS } from '../keys/key-options.ts'
import { printSecret, QUIET_OPTION } from './secret-output.ts'
import { withVault } from './with-vault.ts'

const { owner, label, scope, role, tenant, tier, expires } = KEY_OPTIONS

export const create: Command = {
  group: 'secrets',
  name: 'create',
  summary: 'Make a secret that a client signs with.',
  purpose: `Makes a key id and a secret for a client that signs its requests (HMAC). The secret is printed once: pass it on
    by a safe way. It is stored encrypted, under the first key of GATEWARDEN_SEALING_KEYS.`,
  usage: ['--owner ID [options]'],
  options: { owner: { ...owner, required: true }, label, scope, role, tenant, tier, expires, ...QUIET_OPTION },
  examples: [
    ['For the webhooks of the partner acme', 'gatewarden secrets create --owner acme --scope webhooks:send'],
    ['Straight into a secret store', 'gatewarden secrets create --owner acme -q | vault kv put secret/acme hmac=-'],
  ],
  run,
}

async function run(given: Arguments, io: Io): Promise<ExitCode> {
  const text = (name: string, field: string) => (given.has(name) ? { [field]: given.text(name) } : {})
  const expiresAt = expiryGiven(given, io.now())
  const fields = {
    owner: given.text('owner') ?? '',
    scopes: given.texts('scope'),
    roles: given.texts('role'),
    ...text('label', 'label'),
    ...text('tenant', 'tenantId'),
    ...text('tier', 'tier'),
    ...(expiresAt !== undefined && { expiresAt }),
  } as SharedKeyFields
  await withVault(given, io, async ({ vault }) => printSecret(io, await made(vault.create(fields)), given), {
    create: true,
  })
  return EXIT.done
}

/** What cannot be made says which of the fields is at fault. */
async function made<T>(issued: Promise<T>): Promise<T> {
  try {
    return await issued
  } catch (error) {
    if (error instanceof TypeError) throw usageFailure(error.message.replace(/^create: /, ''))
    throw error
  }
}
