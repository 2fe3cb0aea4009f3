import { AuthError } from '../errors.ts'
import { ALLOW, type Policy } from './policy.ts'
import { compileRequirement, type Requirement } from './requirement.ts'

/** The scopes a credential must reach: exact and case-sensitive (RFC 6749 §3.3). @throws TypeError for an empty list */
export function scopePolicy(scopes: Requirement): Policy {
  const { names, isMetBy } = compileRequirement('scopePolicy', 'scopes', scopes)
  const scope = names.join(' ')
  return {
    name: `scopes ${scope}`,
    decide(principal) {
      if (isMetBy(principal.scopes)) return ALLOW
      return { allow: false, error: new AuthError('insufficient_scope', { reason: 'scope', scope }) }
    },
  }
}
