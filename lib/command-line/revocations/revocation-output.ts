import { targetOf } from '../../revocation-rules.ts'
import type { Revocation } from '../../store/revocation-list.ts'
import { printable } from '../printable.ts'
import { dateInWords, isoTime, timeInWords } from '../time.ts'

export const REVOCATION_COLUMNS: readonly string[] = ['KIND', 'NAME', 'WHICH', 'ISSUER', 'UNTIL']

/** A revocation as a row of a table. */
export function revocationRow(revocation: Revocation, now: number): readonly string[] {
  const { kind, name } = targetOf(revocation)
  const { issuer = 'every', expiresAt } = revocation
  return [kind, name, whichOf(revocation), issuer, dateInWords(expiresAt, now)]
}

const NAMES: Readonly<Record<Revocation['kind'], string>> = {
  token: 'the token',
  session: 'the tokens of session',
  client: 'the tokens of client',
  subject: 'the tokens about',
  version: 'the tokens about',
}

/** What was revoked, in a sentence. */
export function revocationInWords(revocation: Revocation, now: number): string {
  const { kind, name } = targetOf(revocation)
  const issuer = revocation.issuer === undefined ? 'every issuer' : printable(revocation.issuer)
  const which = ['client', 'subject', 'version'].includes(kind) ? ` (${whichOf(revocation)})` : ''
  const until = timeInWords(revocation.expiresAt, now)
  return `Revoked: ${NAMES[kind]} ${printable(name)}${which} of ${issuer}, kept until ${until}.`
}

function whichOf(revocation: Revocation): string {
  if (revocation.kind === 'version') return `version below ${revocation.minVersion}`
  if (!('issuedBefore' in revocation) || revocation.issuedBefore === undefined) return 'all'
  return `issued before ${isoTime(revocation.issuedBefore)}`
}
