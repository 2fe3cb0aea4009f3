import type { OfferedCredentials } from '../../offered-credentials.ts'
import { assertStrings, invalidOption } from '../../options.ts'
import { didYouMean } from '../../suggestion.ts'
import type { Fact } from './fact.ts'

/**
 * Whose word it is: `principal.issuer` is one of these. With several issuers at a boundary, what only one of them may say
 * (a client id, a tenant, a role) is asked for together with it.
 * @throws TypeError for an empty list, and for an issuer that the boundary does not know
 */
export function issuerFact(issuers: unknown, offered?: OfferedCredentials): Fact {
  assertStrings('routes', 'issuers', issuers)
  if (offered?.issuers) assertOffered(issuers, offered.issuers)
  const names = new Set<string>(issuers)
  return {
    name: `issuers ${issuers.join(' ')}`,
    reason: 'issuer',
    holds: ({ issuer }) => (issuer === undefined ? undefined : names.has(issuer)),
  }
}

function assertOffered(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const there = known.length === 0 ? 'has none' : `knows ${known.join(', ')}`
  const likely = didYouMean(unknown, known)
  throw invalidOption(
    'routes',
    `"issuers" holds "${unknown}".${likely} The boundary ${there}; names are compared exactly`,
  )
}
