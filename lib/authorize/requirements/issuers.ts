import { assertStrings } from '../../options.ts'
import type { Fact } from './fact.ts'

/**
 * Whose word it is: `principal.issuer` is one of these. With several issuers at a boundary, what only one of them may say
 * (a client id, a tenant, a role) is asked for together with it. @throws TypeError for an empty list
 */
export function issuerFact(issuers: unknown): Fact {
  assertStrings('routes', 'issuers', issuers)
  const names = new Set<string>(issuers)
  return {
    name: `issuers ${issuers.join(' ')}`,
    reason: 'issuer',
    holds: ({ issuer }) => (issuer === undefined ? undefined : names.has(issuer)),
  }
}
