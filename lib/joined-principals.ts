import type { Principal } from './principal.ts'

/** Kept beside principals, not in them: few are joined, and none tells the others' claims. */
const parties = new WeakMap<Principal, readonly Principal[]>()

/** Notes that a principal stands for several credentials. It must be an object of its own, which no cache holds. */
export function joinPrincipals(joined: Principal, parts: readonly Principal[]): Principal {
  parties.set(joined, parts)
  return joined
}

/** The principals of every credential that a request came with: when one of them is revoked, so is the whole. */
export function principalsBehind(principal: Principal): readonly Principal[] {
  return parties.get(principal) ?? [principal]
}
