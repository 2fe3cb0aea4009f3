import { DependencyError } from '../../errors.ts'
import type { Principal } from '../../principal.ts'
import { isBelow, REVOCATION_KINDS, REVOCATION_RULES, type RevocationRule, targetOf } from '../../revocation-rules.ts'
import type { Revocation } from '../revocation-list.ts'

/** What counts until a time. Those of one name are chained: nearly always there is one. */
interface Bound {
  readonly below: number
  readonly until: number
  readonly next: Bound | undefined
}

type BoundsByName = Map<string, Bound>

interface KindOfBounds {
  readonly rule: RevocationRule
  readonly ofAnyIssuer: BoundsByName
  readonly byIssuer: Map<string, BoundsByName>
}

/** When it is full, it is looked through for what has expired no more often. */
const SWEEP_WHEN_FULL_SECONDS = 1

/** Revocations in memory, by what they name: a question is a few look-ups, however many there are. */
export class RevocationIndex {
  readonly #maxEntries: number
  readonly #kinds: readonly KindOfBounds[] = REVOCATION_KINDS.map((kind) => ({
    rule: REVOCATION_RULES[kind],
    ofAnyIssuer: new Map(),
    byIssuer: new Map(),
  }))
  #size = 0
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get size(): number {
    return this.#size
  }

  /** When what had expired by then was dropped last. */
  get sweptAt(): number {
    return this.#sweptAt
  }

  covers(principal: Principal, now: number): boolean {
    if (this.#size === 0) return false
    for (const { rule, ofAnyIssuer, byIssuer } of this.#kinds) {
      if (ofAnyIssuer.size > 0 && isCovered(ofAnyIssuer, rule, principal, now)) return true
      if (byIssuer.size === 0 || principal.issuer === undefined) continue
      const ofIssuer = byIssuer.get(principal.issuer)
      if (ofIssuer && isCovered(ofIssuer, rule, principal, now)) return true
    }
    return false
  }

  /**
   * @param until when it may be dropped
   * @returns whether it covers more than what is there
   * @throws DependencyError when it is full: nothing is dropped early
   */
  add(revocation: Revocation, until: number, now: number): boolean {
    const { kind, name, below } = targetOf(revocation)
    const maps = this.#kinds[REVOCATION_KINDS.indexOf(kind)] as KindOfBounds
    const bounds = boundsOf(maps, revocation.issuer)
    const kept: Bound[] = []
    let replaced = 0
    for (let bound = bounds.get(name); bound; bound = bound.next) {
      if (bound.below >= below && bound.until >= until) return false
      if (bound.below > below || bound.until > until) kept.push(bound)
      else replaced++
    }
    if (this.#size - replaced >= this.#maxEntries) {
      this.#makeRoom(now)
      return this.add(revocation, until, now)
    }
    const rest = kept.reduceRight<Bound | undefined>((next, bound) => ({ ...bound, next }), undefined)
    bounds.set(name, { below, until, next: rest })
    if (revocation.issuer !== undefined) maps.byIssuer.set(revocation.issuer, bounds)
    this.#size += 1 - replaced
    return true
  }

  /** Drops what has expired. */
  sweep(now: number): void {
    this.#sweptAt = now
    this.#size = 0
    for (const { ofAnyIssuer, byIssuer } of this.#kinds) {
      this.#size += sweptSize(ofAnyIssuer, now)
      for (const [issuer, bounds] of byIssuer) {
        this.#size += sweptSize(bounds, now)
        if (bounds.size === 0) byIssuer.delete(issuer)
      }
    }
  }

  #makeRoom(now: number): void {
    if (Math.abs(now - this.#sweptAt) >= SWEEP_WHEN_FULL_SECONDS) this.sweep(now)
    if (this.#size < this.#maxEntries) return
    throw new DependencyError('revocation list', `is full: it holds ${this.#size} entries; raise "maxEntries"`)
  }
}

function boundsOf({ ofAnyIssuer, byIssuer }: KindOfBounds, issuer: string | undefined): BoundsByName {
  return issuer === undefined ? ofAnyIssuer : (byIssuer.get(issuer) ?? new Map())
}

function isCovered(bounds: BoundsByName, rule: RevocationRule, principal: Principal, now: number): boolean {
  const name = rule.nameOf(principal)
  if (name !== undefined && holds(bounds.get(name), rule, principal, now)) return true
  const alias = rule.aliasOf?.(principal)
  return alias !== undefined && alias !== name && holds(bounds.get(alias), rule, principal, now)
}

function holds(first: Bound | undefined, rule: RevocationRule, principal: Principal, now: number): boolean {
  for (let bound = first; bound; bound = bound.next) {
    if (bound.until > now && isBelow(rule.valueOf(principal), bound.below)) return true
  }
  return false
}

/** Drops what has expired of one map. @returns how many bounds are left */
function sweptSize(bounds: BoundsByName, now: number): number {
  let size = 0
  for (const [name, first] of bounds) {
    let rest: Bound | undefined
    let hasEnded = false
    for (let bound: Bound | undefined = first; bound; bound = bound.next) {
      if (bound.until > now) {
        rest = { ...bound, next: rest }
        size++
      } else hasEnded = true
    }
    if (!rest) bounds.delete(name)
    else if (hasEnded) bounds.set(name, rest)
  }
  return size
}
