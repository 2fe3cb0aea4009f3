import { AuthError } from '../errors.ts'
import { invalidOption } from '../options.ts'
import { ALLOW, type Policy } from './policy.ts'
import { compileRequirement, type Requirement } from './requirement.ts'

/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** The scopes a credential must reach: exact and case-sensitive (RFC 6749 §3.3). @throws TypeError for an empty list */
export function scopePolicy(scopes: Requirement): Policy {
  const { names, inWords, isMetBy } = compileRequirement('scopePolicy', 'scopes', scopes)
  const unusable = names.find((name) => !SCOPE.test(name))
  if (unusable !== undefined) {
    throw invalidOption(
      'scopePolicy',
      `"scopes" holds ${JSON.stringify(unusable)}, which no token can hold (RFC 6749 section 3.3)`,
    )
  }
  const scope = names.join(' ')
  return {
    name: `scopes ${inWords}`,
    decide(principal) {
      if (isMetBy(principal.scopes)) return ALLOW
      return { allow: false, error: new AuthError('insufficient_scope', { reason: 'scope', scope }) }
    },
  }
}
