import { type Awaitable, isLater } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { joinPrincipals, principalsBehind } from '../joined-principals.ts'
import { invalidOption } from '../options.ts'
import { createPrincipal, type Principal } from '../principal.ts'
import type { RequestView } from '../request-view.ts'
import {
  ABSENT,
  type Authentication,
  type Authenticator,
  allIssuers,
  authenticated,
  rejected,
  rejectedWith,
} from './authenticator.ts'
import { rehearse } from './rehearsal.ts'

/** Whether two credentials stand for one party. */
export type SamePrincipal = (first: Principal, other: Principal) => boolean

/**
 * Several credentials together, all of the same party. The first authenticator's principal is the request's; the others
 * confirm it, and it ends with the first of them to expire.
 * @param same default: the same client, or the same subject of the same issuer; and never two tenants
 */
export function allOf(
  parts: readonly [Authenticator, Authenticator, ...Authenticator[]],
  same: SamePrincipal = isSameParty,
): Authenticator {
  if (!Array.isArray(parts) || parts.length < 2)
    throw invalidOption('allOf', 'needs a list of at least two authenticators')
  if (parts.some((part) => part.sources.length === 0 && !part.isPresented)) {
    throw invalidOption('allOf', 'anonymous() proves nothing, so it confirms nobody')
  }
  return {
    method: 'all-of',
    challenges: parts.flatMap((part) => part.challenges),
    sources: parts.flatMap((part) => part.sources),
    urlParameters: parts.flatMap((part) => part.urlParameters),
    issuers: allIssuers(parts),
    parts,
    authenticate(request, freshly) {
      const answers = parts.map((part) => answerOf(part, request, freshly))
      return settled(answers) ? combine(answers, same) : combineLater(answers, same)
    },
    async rehearse(request, freshly) {
      const rehearsals = await Promise.all(parts.map(async (part) => rehearse(part, request, freshly)))
      const answer = combine(
        rehearsals.map((each) => each.answer),
        same,
      )
      return { answer, untold: rehearsals.flatMap(({ untold }) => untold) }
    },
  }
}

/** A part that throws has answered too: no other answer may be left waiting, for its failure would be nobody's. */
function answerOf(part: Authenticator, request: RequestView, freshly: boolean | undefined): Awaitable<Authentication> {
  try {
    return part.authenticate(request, freshly)
  } catch (thrown) {
    return Promise.reject(thrown)
  }
}

function settled(answers: readonly Awaitable<Authentication>[]): answers is readonly Authentication[] {
  return answers.every((answer) => !isLater(answer))
}

async function combineLater(
  answers: readonly Awaitable<Authentication>[],
  same: SamePrincipal,
): Promise<Authentication> {
  return combine(await Promise.all(answers), same)
}

function combine(answers: readonly Authentication[], same: SamePrincipal): Authentication {
  const principals: Principal[] = []
  let isIntrospectedNow = false
  for (const answer of answers) {
    if (answer.outcome === 'rejected') return answer
    if (answer.outcome !== 'authenticated') continue
    principals.push(answer.principal)
    // None of them is enough without the others: what ends one of them ends all.
    if (answer.isIntrospectedNow) isIntrospectedNow = true
  }
  const [first, ...others] = principals
  if (!first) return ABSENT
  if (principals.length < answers.length) {
    return rejectedWith(new AuthError('unauthenticated', { reason: 'one of several credentials is missing' }))
  }
  if (!others.every((other) => same(first, other))) return rejected('credentials of different parties')
  const answer = joined(first, principals)
  return isIntrospectedNow && answer.outcome === 'authenticated' ? { ...answer, isIntrospectedNow } : answer
}

/** A principal of its own: the first may be a cached one, which others share that come without the rest. */
function joined(first: Principal, principals: readonly Principal[]): Authentication {
  const ends = principals.map(({ expiresAt }) => expiresAt).filter((at) => at !== undefined)
  const joint = createPrincipal({ ...first, expiresAt: ends.length > 0 ? Math.min(...ends) : undefined })
  if (joint instanceof AuthError) return rejectedWith(joint)
  return authenticated(joinPrincipals(joint, principals.flatMap(principalsBehind)))
}

/** Two users are one if they have one subject; else it is the client that must be the same. Tenants never differ. */
function isSameParty(first: Principal, other: Principal): boolean {
  if (first.tenantId !== undefined && other.tenantId !== undefined && first.tenantId !== other.tenantId) return false
  if (first.kind === 'user' && other.kind === 'user') {
    return first.subject === other.subject && first.issuer === other.issuer
  }
  if (first.issuer !== undefined && other.issuer !== undefined && first.issuer !== other.issuer) return false
  const client = clientOf(first)
  return client !== undefined && client === clientOf(other)
}

function clientOf({ kind, subject, clientId }: Principal): string | undefined {
  return clientId ?? (kind === 'client' ? subject : undefined)
}
