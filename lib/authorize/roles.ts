import { ALLOW, deny, type Policy } from './policy.ts'
import { compileRequirement, type Requirement } from './requirement.ts'

/** The roles a principal must have: exact and case-sensitive. @throws TypeError for an empty list */
export function rolePolicy(roles: Requirement): Policy {
  const { names, isMetBy } = compileRequirement('rolePolicy', 'roles', roles)
  return {
    name: `roles ${names.join(' ')}`,
    decide: (principal) => (isMetBy(principal.roles) ? ALLOW : deny('role')),
  }
}
