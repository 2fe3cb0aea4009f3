import type { Principal } from './principal.ts'
import type { Revocation } from './store/revocation-list.ts'

export type RevocationKind = Revocation['kind']

/** What a kind of revocation looks at in a principal. */
export interface RevocationRule {
  nameOf(principal: Principal): string | undefined
  /** Another name that it goes by. */
  aliasOf?(principal: Principal): string | undefined
  /** What is compared with the bound. A token that does not say is below every bound: it may be an old one. */
  valueOf(principal: Principal): number | undefined
}

/** A revocation as the index keeps it: tokens of a name whose value is below a bound. */
export interface RevocationTarget {
  readonly kind: RevocationKind
  readonly name: string
  readonly below: number
}

export const REVOCATION_RULES: Readonly<Record<RevocationKind, RevocationRule>> = {
  token: { nameOf: ({ credentialId }) => credentialId, valueOf: () => undefined },
  session: { nameOf: ({ claims }) => textIn(claims.sid), valueOf: () => undefined },
  client: {
    nameOf: ({ clientId, kind, subject }) => clientId ?? (kind === 'client' ? subject : undefined),
    valueOf: ({ claims }) => numberIn(claims.iat),
  },
  // A client's own token has its client id for a subject, and may have another one in `sub`.
  subject: {
    nameOf: ({ subject }) => subject,
    aliasOf: ({ claims }) => textIn(claims.sub),
    valueOf: ({ claims }) => numberIn(claims.iat),
  },
  version: {
    nameOf: ({ subject }) => subject,
    aliasOf: ({ claims }) => textIn(claims.sub),
    valueOf: ({ claims }) => numberIn(claims.token_version),
  },
}

export const REVOCATION_KINDS: readonly RevocationKind[] = ['token', 'session', 'client', 'subject', 'version']

export function targetOf(revocation: Revocation): RevocationTarget {
  const { kind } = revocation
  switch (kind) {
    case 'token':
      return { kind, name: revocation.tokenId, below: Number.POSITIVE_INFINITY }
    case 'session':
      return { kind, name: revocation.sessionId, below: Number.POSITIVE_INFINITY }
    case 'client':
      return { kind, name: revocation.clientId, below: revocation.issuedBefore ?? Number.POSITIVE_INFINITY }
    case 'subject':
      return { kind, name: revocation.subject, below: revocation.issuedBefore }
    case 'version':
      return { kind, name: revocation.subject, below: revocation.minVersion }
  }
}

/** Whether one revocation is about a principal. */
export function isRevokedBy(revocation: Revocation, principal: Principal): boolean {
  if (revocation.issuer !== undefined && revocation.issuer !== principal.issuer) return false
  const { kind, name, below } = targetOf(revocation)
  const rule = REVOCATION_RULES[kind]
  return namesOf(rule, principal).includes(name) && isBelow(rule.valueOf(principal), below)
}

/** The names of a principal that a kind of revocation may say. */
export function namesOf(rule: RevocationRule, principal: Principal): readonly string[] {
  const names = [rule.nameOf(principal), rule.aliasOf?.(principal)]
  return [...new Set(names.filter((name) => name !== undefined))]
}

export function isBelow(value: number | undefined, bound: number): boolean {
  return value === undefined || value < bound
}

function textIn(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined
}

function numberIn(claim: unknown): number | undefined {
  return typeof claim === 'number' && !Number.isNaN(claim) ? claim : undefined
}
