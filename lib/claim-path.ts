import { assertKnownKeys, invalidOption } from './options.ts'

/** Where a claim is: its name, or the names on the way to a nested one, such as `['realm_access', 'roles']`. */
export type ClaimPath = string | readonly string[]

/**
 * Names that are the keys of an object of objects, as Zitadel writes roles: `{ "admin": { "<organisation>": "<domain>" } }`.
 * Only where a mapping says so: of `{ "admin": false }` nobody should become an admin.
 */
export interface KeysOf {
  readonly keysOf: ClaimPath
}

/** One claim, or several that are put together: `[['realm_access', 'roles'], ['groups']]`. */
export type ClaimPaths = ClaimPath | KeysOf | readonly (readonly string[] | KeysOf)[]

export function assertClaimPaths(factory: string, name: string, value: unknown): void {
  for (const path of isSeveral(value) ? value : [value]) {
    if (!isKeysOf(path)) assertClaimPath(factory, name, path)
    else {
      assertKnownKeys(`${factory}.${name}`, path, ['keysOf'])
      assertClaimPath(factory, `${name}.keysOf`, path.keysOf)
    }
  }
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
  const list = isSeveral(paths) ? (paths as readonly (ClaimPath | KeysOf)[]) : [paths as ClaimPath | KeysOf]
  const values = list.map((path) => (isKeysOf(path) ? keysOf(readClaim(claims, path.keysOf)) : readClaim(claims, path)))
  return values.filter((value) => value !== undefined && value !== null)
}

/** The keys of an object of objects. Of anything else that is there, a list that no principal takes. */
function keysOf(value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  return isObject(value) && Object.values(value).every(isObject) ? Object.keys(value) : NOT_KEYS
}

const NOT_KEYS: readonly unknown[] = [undefined]

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSeveral(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && typeof value[0] === 'object'
}

function isKeysOf(value: unknown): value is KeysOf {
  return isObject(value)
}
