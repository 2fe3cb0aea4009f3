import { assertStrings, invalidOption } from '../../options.ts'

/** Roles that include others: `{ admin: ['editor'], editor: ['viewer'] }` lets an admin do what a viewer may. */
export type RoleHierarchy = Readonly<Record<string, readonly string[]>>

/** The roles that stand for a role: itself, and those that include it, at whatever distance. */
export type RolesFor = (role: string) => readonly string[]

/** @throws TypeError for what is no hierarchy, such as roles that include each other */
export function compileHierarchy(hierarchy: unknown): RolesFor {
  if (hierarchy === undefined) return (role) => [role]
  if (typeof hierarchy !== 'object' || hierarchy === null || Array.isArray(hierarchy)) {
    throw invalidOption('routes', '"roleHierarchy" must be an object: each role with the list of those it includes')
  }
  const includedBy = new Map<string, string[]>()
  for (const [role, included] of Object.entries(hierarchy)) {
    assertStrings('routes', `roleHierarchy.${role}`, included)
    for (const each of included) includedBy.set(each, [...(includedBy.get(each) ?? []), role])
  }
  const checked = new Set<string>()
  for (const role of includedBy.keys()) assertNoCircle(role, includedBy, [], checked)
  return (role) => rolesAbove(role, includedBy)
}

function rolesAbove(role: string, includedBy: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = new Set([role])
  // A set that grows while it is gone through: what is added is gone through as well.
  for (const each of found) for (const above of includedBy.get(each) ?? []) found.add(above)
  return [...found]
}

/** @param checked the roles above which there is none */
function assertNoCircle(
  role: string,
  includedBy: ReadonlyMap<string, readonly string[]>,
  below: readonly string[],
  checked: Set<string>,
): void {
  if (below.includes(role)) {
    throw invalidOption('routes', `"roleHierarchy" goes in a circle: ${[...below, role].reverse().join(' includes ')}`)
  }
  if (checked.has(role)) return
  for (const above of includedBy.get(role) ?? []) assertNoCircle(above, includedBy, [...below, role], checked)
  checked.add(role)
}
