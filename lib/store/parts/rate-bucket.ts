import type { RateLimitState, RateLimitTake } from '../rate-limit-store.ts'

/**
 * What was taken under one window and has not come back. All in whole numbers, so that nothing is ever rounded: a unit weighs
 * as much as its window has milliseconds, and as much as the quota leaks away in each of them.
 */
export interface RateBucket {
  debt: number
  /** Epoch milliseconds at which the debt was that. */
  atMs: number
}

/** How much a unit weighs. */
export function weightOf({ windowSeconds }: RateLimitTake): number {
  return Math.round(windowSeconds * 1_000)
}

/** The debt at a later time. A clock that was set back forgives nothing. */
export function debtAt(bucket: RateBucket | undefined, take: RateLimitTake, atMs: number): number {
  if (!bucket) return 0
  const leaked = Math.max(0, atMs - bucket.atMs) * take.quota
  // A burst that was made smaller meanwhile counts from now on.
  return Math.max(0, Math.min(bucket.debt, take.burst * weightOf(take)) - leaked)
}

/** How long until the cost is there, in milliseconds. */
export function waitMs(debt: number, take: RateLimitTake): number {
  const excess = debt - (take.burst - take.cost) * weightOf(take)
  return excess > 0 ? Math.ceil(excess / take.quota) : 0
}

/** How long until no debt is left, in milliseconds. */
export function drainMs(debt: number, { quota }: RateLimitTake): number {
  return Math.ceil(debt / quota)
}

export function stateOf(debt: number, wait: number, take: RateLimitTake): RateLimitState {
  return {
    remaining: Math.max(0, Math.floor(take.burst - debt / weightOf(take))),
    resetSeconds: drainMs(debt, take) / 1_000,
    waitSeconds: wait / 1_000,
  }
}
