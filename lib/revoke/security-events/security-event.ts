import type { Claims } from '../../authenticate/jwt/claims.ts'
import { DependencyError } from '../../errors.ts'
import type { Revocation } from '../../store/revocation-list.ts'
import { isIdentifier } from '../identifier.ts'
import { endOfSecond } from '../signed-token.ts'
import { effectOf } from './event-types.ts'
import { isObject, type MappedSubject, type SubjectIdentifier, type SubjectRules, subjectsOf } from './subject.ts'

export interface EventRules extends SubjectRules {
  readonly alsoRevokeOn: ReadonlySet<string>
  readonly keepForSeconds: number
  readonly warn: (message: string) => void
}

/**
 * What the events of a verified token revoke: RFC 8417 §2.2. Types that nobody here knows are passed over, with a warning.
 * @returns the revocations, or what is wrong with the token, in words for its transmitter
 */
export async function revocationsOf(claims: Claims, rules: EventRules, now: number): Promise<Revocation[] | string> {
  const { events } = claims
  if (!isObject(events) || Object.keys(events).length === 0) return 'it has no events'
  const revocations: Revocation[] = []
  for (const [type, event] of Object.entries(events)) {
    if (!isObject(event)) return 'an event is no object'
    const effect = effectOf(type, event, rules.alsoRevokeOn)
    if (effect === undefined) rules.warn(unknownEvent(rules.transmitter, type))
    if (effect === undefined || effect === 'none') continue
    const subject = subjectOf(claims, event)
    if (!subject) return 'an event has no subject'
    const found = await subjectsOf(subject, effect, rules)
    if (found.length === 0) return 'the subject of an event stands for nobody that is known here'
    const issuedBefore = endOfSecond(timeOf(claims, event))
    revocations.push(...found.map((each) => revocationOf(each, issuedBefore, rules, now)))
  }
  return revocations
}

/** In the event, as it was before RFC 9493; in `sub_id` (§4.1); or in `sub`, as RFC 8417 §2.2 allows. */
function subjectOf(claims: Claims, event: Readonly<Record<string, unknown>>): SubjectIdentifier | undefined {
  const subject = event.subject ?? claims.sub_id
  if (subject !== undefined) return isObject(subject) ? subject : undefined
  return claims.sub === undefined ? undefined : { format: 'iss_sub', iss: claims.iss, sub: claims.sub }
}

/**
 * When an event happened: not after the token that tells of it, whatever it says. Were a time in milliseconds believed,
 * the subject could not come in for ages; were it replaced by ours, a replay would end what has begun since.
 */
function timeOf(claims: Claims, event: Readonly<Record<string, unknown>>): number {
  const iat = claims.iat as number
  const told = event.event_timestamp ?? claims.toe
  return typeof told === 'number' && told > 0 && told < iat ? told : iat
}

function revocationOf(found: MappedSubject, issuedBefore: number, rules: EventRules, now: number): Revocation {
  const { subjectIssuer, keepForSeconds } = rules
  const { issuer = subjectIssuer } = found
  const name = 'sessionId' in found ? found.sessionId : found.subject
  if (!isIdentifier(name) || !isIdentifier(issuer)) {
    throw new DependencyError('subject mapping', 'found something that is no subject')
  }
  const expiresAt = now + keepForSeconds
  return 'sessionId' in found
    ? { kind: 'session', sessionId: name, issuer, expiresAt }
    : { kind: 'subject', subject: name, issuedBefore, issuer, expiresAt }
}

function unknownEvent(transmitter: string, type: string): string {
  return `security events: ${transmitter} sent an event of a type that is not known here: ${JSON.stringify(type.slice(0, 128))}`
}
