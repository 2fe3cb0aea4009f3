import { withDeadline } from '../../deadline.ts'
import type { Awaitable } from '../../effects.ts'
import { isIdentifier } from '../identifier.ts'
import type { Effect } from './event-types.ts'

/** A subject as a transmitter names it: RFC 9493 §3. */
export type SubjectIdentifier = Readonly<Record<string, unknown>>

/** Whose tokens an event is about, in the words of the tokens. `issuer` is the transmitter's `subjectIssuer` if absent. */
export type MappedSubject =
  | { readonly issuer?: string; readonly subject: string }
  | { readonly issuer?: string; readonly sessionId: string }

/** Finds whose tokens an identifier stands for, such as an email address; `undefined` when it stands for none. */
export type MapSubject = (identifier: SubjectIdentifier, transmitter: string) => Awaitable<MappedSubject | undefined>

export interface SubjectRules {
  readonly transmitter: string
  /** The issuer whose tokens the transmitter may speak about, and no other's. */
  readonly subjectIssuer: string
  readonly mapSubject: MapSubject | undefined
}

const DEADLINE_MS = 3_000
const MAX_ALIASES = 16

/**
 * Whose tokens a subject identifier stands for. By itself it takes what names a `sub` of the issuer in question, or a
 * session, and nothing that another party may give to somebody else, such as an address: that is for `mapSubject`.
 * @returns none when it stands for nobody that is known
 */
export async function subjectsOf(
  identifier: SubjectIdentifier,
  effect: Effect,
  rules: SubjectRules,
): Promise<readonly MappedSubject[]> {
  const format = formatOf(identifier)
  if (format === 'complex') return ofComplex(identifier, effect, rules)
  if (format === 'aliases') return ofAliases(identifier, effect, rules)
  const { id, iss, sub } = identifier
  if (format === 'iss_sub' && iss === rules.subjectIssuer && isIdentifier(sub)) return [{ subject: sub }]
  // An opaque id does not tell what it names. Where both can be meant, both end.
  if (format === 'opaque' && isIdentifier(id)) {
    return effect === 'session' ? [{ sessionId: id }, { subject: id }] : [{ subject: id }]
  }
  return mapped(identifier, rules)
}

/** Members of a complex subject say together who it is (SSF 1.0 §3.1): without the others, a user is all of that user. */
async function ofComplex(
  { session, user }: SubjectIdentifier,
  effect: Effect,
  rules: SubjectRules,
): Promise<readonly MappedSubject[]> {
  if (effect === 'session' && isObject(session)) {
    if (formatOf(session) === 'opaque' && isIdentifier(session.id)) return [{ sessionId: session.id }]
    const found = await mapped(session, rules)
    if (found.length > 0) return found
  }
  return isObject(user) && formatOf(user) !== 'complex' ? subjectsOf(user, 'subject', rules) : []
}

/** All of them name the same subject: RFC 9493 §3.2.8. */
async function ofAliases(
  { identifiers }: SubjectIdentifier,
  effect: Effect,
  rules: SubjectRules,
): Promise<readonly MappedSubject[]> {
  const found: MappedSubject[] = []
  for (const each of Array.isArray(identifiers) ? identifiers.slice(0, MAX_ALIASES) : []) {
    const isSimple = isObject(each) && !['aliases', 'complex'].includes(formatOf(each) ?? '')
    if (isSimple) found.push(...(await subjectsOf(each, effect, rules)))
  }
  return found
}

async function mapped(identifier: SubjectIdentifier, rules: SubjectRules): Promise<readonly MappedSubject[]> {
  const { mapSubject, transmitter } = rules
  if (!mapSubject) return []
  const found = await withDeadline('subject mapping', DEADLINE_MS, mapSubject(identifier, transmitter))
  return found ? [found] : []
}

/** Before RFC 9493, `iss_sub` was `{ subject_type: 'iss-sub' }`, and a complex subject had no word for it. */
function formatOf({ format, subject_type: old, session, user }: SubjectIdentifier): string | undefined {
  const name = format ?? old
  if (name === undefined && (isObject(session) || isObject(user))) return 'complex'
  return typeof name === 'string' ? name.replaceAll('-', '_') : undefined
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
