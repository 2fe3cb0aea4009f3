import type { Policy } from '../policy.ts'
import type { Requirements } from '../requirements.ts'
import type { LocatedDocument, Place } from './located-document.ts'

/** The policies that a document may name. */
export type NamedPolicies = Readonly<Record<string, Policy>>

/**
 * Puts policies in the place of their names, in a rule and in what it is made of.
 * @throws TypeError for a name that has no policy
 */
export function withPolicies<T>(rule: T, place: Place, policies: NamedPolicies, document: LocatedDocument): T {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return rule
  const found: Record<string, unknown> = Object.fromEntries(Object.entries(rule))
  for (const name of ['allOf', 'anyOf'] as const) {
    const list = found[name]
    if (!Array.isArray(list)) continue
    found[name] = list.map((each: Requirements, index) =>
      withPolicies(each, [...place, name, index], policies, document),
    )
  }
  if (found.policy !== undefined) found.policy = policyNamed(found.policy, [...place, 'policy'], policies, document)
  return found as T
}

function policyNamed(name: unknown, place: Place, policies: NamedPolicies, document: LocatedDocument): Policy {
  const policy = typeof name === 'string' && Object.hasOwn(policies, name) ? policies[name] : undefined
  if (policy) return policy
  const known = Object.keys(policies)
  const remedy =
    known.length === 0 ? 'give it with the option "policies"' : `the policies given are ${known.join(', ')}`
  throw document.problem(place, `"policy" names ${JSON.stringify(name)}; ${remedy}`)
}
