import { type ApiKeyFields, fieldProblem, KEY_FIELDS } from '../../keys/key-fields.ts'
import type { Arguments } from '../arguments.ts'
import type { CommandOption, CommandOptions } from '../command.ts'
import { usageFailure } from '../exit-code.ts'
import { EXPIRY_HELP, parseExpiry } from '../time.ts'

/** The options that say what a new key is, and the fields that they fill. */
const FIELDS = [
  ['owner', 'owner'],
  ['environment', 'environment'],
  ['label', 'label'],
  ['scope', 'scopes'],
  ['role', 'roles'],
  ['tenant', 'tenantId'],
  ['tier', 'tier'],
  ['user', 'userId'],
  ['network', 'allowedNetworks'],
  ['route', 'allowedRoutes'],
] as const

export const KEY_OPTIONS: Readonly<Record<(typeof FIELDS)[number][0] | 'expires', CommandOption>> = {
  owner: { value: 'ID', help: 'The client that gets the key: its client id, such as acme.' },
  environment: { value: 'NAME', help: 'Where it works, such as live or test: a boundary accepts only its own.' },
  label: { value: 'TEXT', help: 'What people call it, up to 200 characters.' },
  scope: { value: 'SCOPE', repeatable: true, help: 'What it may do, such as orders:read.' },
  role: { value: 'ROLE', repeatable: true, help: 'A role that it has.' },
  tenant: { value: 'ID', help: 'The tenant that it belongs to.' },
  tier: { value: 'NAME', help: 'Names a rate limit, such as gold.' },
  user: { value: 'ID', help: 'The user that it acts for. Without, it stands for its owner.' },
  network: {
    value: 'CIDR',
    repeatable: true,
    help: 'Where it may be used from, such as 203.0.113.0/24 or 2001:db8::/32. Without: from everywhere.',
  },
  route: {
    value: 'ROUTE',
    repeatable: true,
    help: 'What it may be used on, such as "GET /orders/**". Without: all that its scopes reach.',
  },
  expires: { value: 'TIME', help: `When it stops working: ${EXPIRY_HELP}. Without: never.` },
}

export const PREFIX_OPTION: CommandOptions = {
  prefix: { value: 'WORD', help: 'What the key begins with: the same as in the gateway. Default: sk.' },
}

/**
 * The fields that options say, checked: a store is not opened for what could not be made.
 * @throws CommandFailure
 */
export function fieldsGiven(given: Arguments, now: number): Partial<ApiKeyFields> {
  const fields: Record<string, unknown> = {}
  for (const [option, field] of FIELDS) {
    if (!given.has(option)) continue
    fields[field] = KEY_OPTIONS[option].repeatable ? given.texts(option) : given.text(option)
  }
  const expiresAt = expiryGiven(given, now)
  if (expiresAt !== undefined) fields.expiresAt = expiresAt
  const problem = fieldProblem(fields, KEY_FIELDS)
  if (problem) throw usageFailure(inOptionWords(problem))
  return fields
}

/** @throws CommandFailure when `--expires` is no time to come */
export function expiryGiven(given: Arguments, now: number): number | undefined {
  const text = given.text('expires')
  if (text === undefined) return undefined
  const expiresAt = parseExpiry(text, now)
  if (expiresAt === undefined) throw usageFailure(`--expires must be ${EXPIRY_HELP}`)
  if (!(expiresAt > now)) throw usageFailure('--expires is past: a key that has expired is of no use')
  return expiresAt
}

/** A sentence about fields as one about options: `"allowedNetworks" …` is `--network …`. */
export function inOptionWords(sentence: string): string {
  const words = FIELDS.reduce((text, [option, field]) => text.replaceAll(`"${field}"`, `--${option}`), sentence)
  return words.replaceAll('"expiresAt"', '--expires')
}
