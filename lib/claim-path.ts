import { invalidOption } from './options.ts'

/** Where a claim is: its name, or the names on the way to a nested one, such as `['realm_access', 'roles']`. */
export type ClaimPath = string | readonly string[]

/** One claim, or several that are put together: `[['realm_access', 'roles'], ['groups']]`. */
export type ClaimPaths = ClaimPath | readonly (readonly string[])[]

export function assertClaimPaths(factory: string, name: string, value: unknown): void {
  for (const path of Array.isArray(value) && Array.isArray(value[0]) ? value : [value])
    assertClaimPath(factory, name, path)
}

export function assertClaimPath(factory: string, name: string, value: unknown): void {
  const steps = typeof value === 'string' ? [value] : value
  if (Array.isArray(steps) && steps.length > 0 && [...steps].every((step) => typeof step === 'string' && step !== ''))
    return
  throw invalidOption(factory, `"${name}" must be a claim's name, or the list of names on the way to it`)
}

/** Own properties only: no path finds `constructor` or `__proto__`. */
export function readClaim(claims: Readonly<Record<string, unknown>>, path: ClaimPath): unknown {
  let value: unknown = claims
  for (const step of typeof path === 'string' ? [path] : path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

/** What is found at the paths that lead somewhere, in their order. */
export function readClaims(claims: Readonly<Record<string, unknown>>, paths: ClaimPaths): readonly unknown[] {
  const list =
    typeof paths === 'string' || typeof paths[0] === 'string' ? [paths as ClaimPath] : (paths as readonly ClaimPath[])
  return list.map((path) => readClaim(claims, path)).filter((value) => value !== undefined && value !== null)
}
