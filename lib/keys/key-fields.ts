import { parseAllowedRoute } from '../allowed-route.ts'
import { principalFieldsOfKey } from '../api-key-record.ts'
import { AuthError } from '../errors.ts'
import { parseNetworks } from '../network.ts'
import { createPrincipal } from '../principal.ts'
import type { ApiKeyChanges, ApiKeyRecord } from '../store/key-store.ts'

/** What is told of a new key. */
export interface ApiKeyFields {
  readonly owner: string
  readonly label?: string | undefined
  readonly environment: string
  readonly scopes?: readonly string[] | undefined
  readonly roles?: readonly string[] | undefined
  readonly tenantId?: string | undefined
  readonly tier?: string | undefined
  readonly userId?: string | undefined
  readonly allowedNetworks?: readonly string[] | undefined
  readonly allowedRoutes?: readonly string[] | undefined
  /** Epoch seconds. */
  readonly expiresAt?: number | undefined
}

const TEXTS = ['owner', 'label', 'environment', 'tenantId', 'tier', 'userId'] as const
const LISTS = ['scopes', 'roles', 'allowedNetworks', 'allowedRoutes'] as const

/** The names of all fields that a new key may have. */
export const KEY_FIELDS: readonly string[] = [...TEXTS, ...LISTS, 'expiresAt']

/** The names of the fields that may change while a key lives. */
export const CHANGEABLE_FIELDS: readonly (keyof ApiKeyChanges)[] = [
  ...(['label', 'scopes', 'roles', 'tenantId', 'tier', 'userId'] as const),
  ...(['allowedNetworks', 'allowedRoutes', 'expiresAt'] as const),
]

const REMOVABLE: readonly string[] = [
  'label',
  'tenantId',
  'tier',
  'userId',
  'allowedNetworks',
  'allowedRoutes',
  'expiresAt',
]
const MAX_LABEL_LENGTH = 200
const ENVIRONMENT = /^[a-z][a-z0-9]{0,31}$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL_CHARACTERS = /[\x00-\x1f\x7f-\x9f]/

/** @returns what is wrong with a field, in words for whoever sent it; `undefined` when nothing is */
export function fieldProblem(fields: Readonly<Record<string, unknown>>, known: readonly string[]): string | undefined {
  for (const [name, value] of Object.entries(fields)) {
    if (!known.includes(name)) return `"${name}" is no field; known fields: ${known.join(', ')}`
    if (value === undefined || (value === null && REMOVABLE.includes(name))) continue
    const problem = valueProblem(name, value)
    if (problem) return `"${name}" ${problem}`
  }
  return undefined
}

function valueProblem(name: string, value: unknown): string | undefined {
  if (name === 'expiresAt') {
    return typeof value === 'number' && Number.isFinite(value) && value > 0
      ? undefined
      : 'must be a time in epoch seconds'
  }
  if ((LISTS as readonly string[]).includes(name)) return listProblem(name, value)
  if (typeof value !== 'string' || value === '') return 'must be a non-empty string'
  if (name === 'environment' && !ENVIRONMENT.test(value)) return 'must be a lower-case word such as "live"'
  if (name !== 'label') return undefined
  return value.length > MAX_LABEL_LENGTH || CONTROL_CHARACTERS.test(value) || !value.isWellFormed()
    ? 'must be at most 200 printable characters'
    : undefined
}

function listProblem(name: string, value: unknown): string | undefined {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string' && item !== '')) {
    return 'must be a list of non-empty strings'
  }
  if (new Set(value).size !== value.length) return 'names one value twice'
  if (name === 'scopes' || name === 'roles') return undefined
  if (value.length === 0) return 'must not be empty; leave it out to allow all'
  try {
    if (name === 'allowedNetworks') parseNetworks('api key', name, value)
    else value.map(parseAllowedRoute)
    return undefined
  } catch (error) {
    return (error as Error).message.replace(/^.*"allowedNetworks" /, '')
  }
}

/** Whether a principal could be made of the record; a key that could not be used must not be made. */
export function recordProblem(record: ApiKeyRecord): string | undefined {
  const principal = createPrincipal(principalFieldsOfKey(record))
  return principal instanceof AuthError
    ? `${principal.reason} in a header: printable ASCII, no commas in lists`
    : undefined
}
