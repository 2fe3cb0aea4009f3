import { DependencyError } from './errors.ts'
import type { RevocationKind } from './revocation-rules.ts'
import type { Revocation } from './store/revocation-list.ts'

/** More than any principal's name; the claims of a token have to fit in 8 KiB. */
const MAX_NAME_LENGTH = 1024

const isName = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH
const isNumber = (value: unknown) => Number.isFinite(value)
const NAME = { isValid: isName, must: `must be a text of 1 to ${MAX_NAME_LENGTH} characters` }
const NUMBER = { isValid: isNumber, must: 'must be a finite number' }

type Field = typeof NAME & { readonly isOptional?: true }

const ALL = { issuer: { ...NAME, isOptional: true }, expiresAt: NUMBER } as const

/** What each kind of revocation holds. */
const FIELDS: Readonly<Record<RevocationKind, Readonly<Record<string, Field>>>> = {
  token: { ...ALL, tokenId: NAME },
  session: { ...ALL, sessionId: NAME },
  client: { ...ALL, clientId: NAME, issuedBefore: { ...NUMBER, isOptional: true } },
  subject: { ...ALL, subject: NAME, issuedBefore: NUMBER },
  version: { ...ALL, subject: NAME, minVersion: NUMBER },
}

/**
 * What is wrong with a value that should be a `Revocation`, in a sentence without any part of it; `undefined` when
 * nothing is. A field that is not known is wrong: it may be a bound with a typing mistake.
 */
export function revocationProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'a revocation must be an object'
  const given = value as Readonly<Record<string, unknown>>
  const kind = given.kind as RevocationKind
  if (!Object.hasOwn(FIELDS, kind)) return `"kind" must be one of ${Object.keys(FIELDS).join(', ')}`
  const fields = FIELDS[kind]
  for (const name of Object.keys(given)) {
    if (name !== 'kind' && !Object.hasOwn(fields, name)) return `it holds a field that a ${kind} revocation has not`
  }
  for (const [name, { isValid, must, isOptional }] of Object.entries(fields)) {
    if (isOptional && given[name] === undefined) continue
    if (!isValid(given[name])) return `"${name}" ${must}`
  }
  return undefined
}

/** A copy that nobody can change, without fields that are there and undefined. Only of what is a revocation. */
export function frozenRevocation(revocation: Revocation): Revocation {
  const fields = Object.entries(revocation).filter(([, value]) => value !== undefined)
  return Object.freeze(Object.fromEntries(fields)) as unknown as Revocation
}

/**
 * What a backend holds, as a revocation that nobody can change.
 * @throws DependencyError when it is none: what cannot be read may be what was revoked
 */
export function storedRevocation(value: unknown): Revocation {
  if (revocationProblem(value) !== undefined) throw unreadable()
  return frozenRevocation(value as Revocation)
}

/** The same of JSON text. */
export function parsedRevocation(text: unknown): Revocation {
  try {
    return storedRevocation(JSON.parse(String(text)))
  } catch (cause) {
    throw cause instanceof DependencyError ? cause : unreadable(cause)
  }
}

function unreadable(cause?: unknown): DependencyError {
  return new DependencyError('revocation store', 'holds something that is no revocation', { cause })
}
