import type { IssuedSecret } from '../../secrets/vault.ts'
import type { SharedKeyRecord } from '../../store/secret-store.ts'
import type { Arguments } from '../arguments.ts'
import type { CommandOptions } from '../command.ts'
import { CommandFailure, EXIT } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printable, printableJson } from '../printable.ts'
import { dateInWords } from '../time.ts'

export const QUIET_OPTION: CommandOptions = {
  quiet: { short: 'q', help: 'Print the secret and nothing else, for a pipe.' },
}

export const SECRET_COLUMNS: readonly string[] = ['KEY ID', 'OWNER', 'STATUS', 'SECRETS', 'CREATED', 'LABEL']

export function secretRow(record: SharedKeyRecord, now: number): readonly string[] {
  const { keyId, owner, label = '', createdAt } = record
  const secrets = String(goodSecrets(record, now))
  return [keyId, owner, statusOf(record, now), secrets, dateInWords(createdAt, now), label].map(printable)
}

/** A record as programs see it: nothing of its secrets, sealed or not, but when they were made and end. */
export function secretView(record: SharedKeyRecord, now: number): object {
  const { secrets, version: _version, ...rest } = record
  const shown = secrets.map(({ id, createdAt, goodUntil }) => ({ id, createdAt, goodUntil }))
  return { ...rest, status: statusOf(record, now), secrets: shown }
}

function statusOf({ revokedAt, expiresAt }: SharedKeyRecord, now: number): string {
  if (revokedAt !== undefined) return 'revoked'
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active'
}

function goodSecrets({ secrets }: SharedKeyRecord, now: number): number {
  return secrets.filter(({ goodUntil }) => goodUntil === undefined || now < goodUntil).length
}

/**
 * Prints a new secret. There is no second chance to read it here.
 * @throws CommandFailure that says what to do when it could not be printed
 */
export async function printSecret(io: Io, { secret, record }: IssuedSecret, given: Arguments): Promise<void> {
  try {
    await io.print(shown(secret, record, given, io.now()))
  } catch {
    const remedy = `rotate ${record.keyId} for another one`
    throw new CommandFailure(EXIT.failed, `the secret was made, but it could not be written: ${remedy}`)
  }
}

function shown(secret: string, record: SharedKeyRecord, given: Arguments, now: number): string {
  if (given.has('quiet')) return `${secret}\n`
  if (given.has('json')) return `${printableJson({ secret, ...secretView(record, now) })}\n`
  const lines = [`Key id  ${record.keyId}`, `Owner   ${printable(record.owner)}`, `Secret  ${secret}`]
  return `${lines.join('\n')}\n\nThe secret is shown once, here and now: it is stored encrypted.\n`
}
