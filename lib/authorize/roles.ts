import { invalidOption } from '../options.ts'
import { isRole } from '../principal.ts'
import type { Policy } from './policy.ts'
import { compileRequirement, type Requirement } from './requirement.ts'
import type { Fact } from './requirements/fact.ts'
import { policyOf } from './requirements/fact.ts'
import type { RolesFor } from './requirements/role-hierarchy.ts'

/** The roles a principal must have: exact and case-sensitive. @throws TypeError for an empty list */
export function rolePolicy(roles: Requirement): Policy {
  return policyOf(roleFact(roles))
}

/** @param rolesFor the roles that stand for a role, besides itself; default: none */
export function roleFact(roles: unknown, rolesFor: RolesFor = (role) => [role]): Fact {
  const { names, inWords, isMetBy } = compileRequirement('rolePolicy', 'roles', roles, rolesFor)
  // Under "not" it would keep out nobody.
  const unusable = names.find((name) => !isRole(name))
  if (unusable !== undefined) {
    const remedy = 'list roles one by one, without commas and white space'
    throw invalidOption('rolePolicy', `"roles" holds ${JSON.stringify(unusable)}, which nobody can have; ${remedy}`)
  }
  return { name: `roles ${inWords}`, reason: 'role', holds: (principal) => isMetBy(principal.roles) }
}
