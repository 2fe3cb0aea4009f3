import { type Awaitable, type Clock, isLater, systemClock } from '../effects.ts'
import { AuthError } from '../errors.ts'
import { CUSTOMER_PREFIXES, type NetworkPrefixes } from '../network.ts'
import type { Principal } from '../principal.ts'
import { memoryRateLimitStore } from '../store/memory.ts'
import type { RateLimitState, RateLimitStore, RateLimitTake } from '../store/rate-limit-store.ts'
import { emitWarning, type Warn } from '../warning.ts'
import { GuardedStore } from './guarded-store.ts'
import { checkedLimitOptions } from './limit-options.ts'
import { type CompiledLimit, type CompiledWindow, isByNetwork, type LimitRule } from './limit-rule.ts'
import { type Counted, partitionOf } from './partition.ts'
import { type PeekedWindow, PeekingStore } from './peeking-store.ts'
import { type CountedWindow, refusalFields } from './rate-limit-fields.ts'

export interface LimitOptions {
  /** Each must have room for a request. */
  readonly rules: readonly LimitRule[]
  /**
   * What a request costs, by the id of its route rule, such as `GET /reports/**`. Default: the `cost` of the
   * rule, or 1; 0 is not counted.
   */
  readonly costs?: Readonly<Record<string, number>>
  /** Default: in memory, for this process alone. */
  readonly store?: RateLimitStore
  /**
   * When the store is down, slow or wrong: `local` (default) counts in this process meanwhile, in bounded memory;
   * `refuse` answers 503.
   */
  readonly onStoreFailure?: 'local' | 'refuse'
  /** How long the store may take. Default 250. */
  readonly deadlineMs?: number
  /** How many bits of an address are a network. Default 32 for IPv4, 64 for IPv6. */
  readonly networkPrefixes?: Partial<NetworkPrefixes>
  /** Hears when the store fails. Default: `process.emitWarning`. */
  readonly warn?: Warn
}

/** Why a request may not go on; or what to tell of it. */
export type LimitVerdict = AuthError | readonly CountedWindow[]

export const NOTHING_COUNTED: readonly CountedWindow[] = []

/** A route rule, as far as limits know it. */
export interface PricedRoute {
  readonly id: string
  /** What a request counts for, when the rule says it. */
  readonly cost?: number | undefined
}

export interface Limiter {
  /** Counts a request by where it comes from; nobody is known yet. */
  countNetwork(request: Counted['request'], route: PricedRoute): Awaitable<LimitVerdict>
  /** Counts it by who sends it. */
  countPrincipal(principal: Principal, request: Counted['request'], route: PricedRoute): Awaitable<LimitVerdict>
  /** The same verdicts without counting anything. @param seen hears what each window has */
  peeking(seen: (window: PeekedWindow) => void): Limiter
}

const DEFAULT_DEADLINE_MS = 250

/**
 * Counts requests against limits.
 * @param routes the route rules
 * @throws TypeError when an option is wrong
 */
export function createLimiter(
  options: LimitOptions,
  routes: readonly PricedRoute[] = [],
  now: Clock = systemClock,
): Limiter {
  const limits = checkedLimitOptions(options, routes)
  const costs = new Map(Object.entries(options.costs ?? {}))
  const prefixes = { ...CUSTOMER_PREFIXES, ...options.networkPrefixes }
  const byNetwork = limits.filter(isByNetwork)
  const byPrincipal = limits.filter((limit) => !isByNetwork(limit))

  function count(
    store: RateLimitStore,
    applied: readonly CompiledLimit[],
    request: Counted['request'],
    { id, cost = costs.get(id) ?? 1 }: PricedRoute,
    principal: Principal | undefined,
  ): Awaitable<LimitVerdict> {
    if (cost === 0 || applied.length === 0) return NOTHING_COUNTED
    const counted: Counted = { request, route: id, principal }
    const windows: CompiledWindow[] = []
    const takes: RateLimitTake[] = []
    for (const limit of applied) {
      if (limit.routes && !limit.routes.has(counted.route)) continue
      const partition = partitionOf(limit.by, counted, prefixes)
      for (const window of limit.windowsOf(counted.principal?.tier)) {
        windows.push(window)
        takes.push(takeOf(window, partition, cost))
      }
    }
    if (takes.length === 0) return NOTHING_COUNTED
    const states = store.take(takes)
    return isLater(states) ? judgeLater(windows, takes, states, counted) : judge(windows, takes, states, counted)
  }

  const limiterOf = (store: RateLimitStore): Limiter => ({
    countNetwork: (request, route) => count(store, byNetwork, request, route, undefined),
    countPrincipal: (principal, request, route) => count(store, byPrincipal, request, route, principal),
    peeking: (seen) => limiterOf(new PeekingStore(store, seen)),
  })
  return limiterOf(storeOf(options, now))
}

function storeOf({ store, onStoreFailure, deadlineMs, warn }: LimitOptions, now: Clock): RateLimitStore {
  const memory = memoryRateLimitStore({ now })
  if (!store) return memory
  return new GuardedStore({
    store,
    local: onStoreFailure === 'refuse' ? undefined : memory,
    deadlineMs: deadlineMs ?? DEFAULT_DEADLINE_MS,
    now,
    warn: warn ?? emitWarning,
  })
}

/** A request that costs more than there ever is takes all there is: a tier may be narrower than a route is dear. */
function takeOf(
  { keyPrefix, quota, windowSeconds, burst }: CompiledWindow,
  partition: string,
  cost: number,
): RateLimitTake {
  return { key: keyPrefix + partition, quota, windowSeconds, burst, cost: Math.min(cost, burst) }
}

async function judgeLater(
  windows: readonly CompiledWindow[],
  takes: readonly RateLimitTake[],
  states: PromiseLike<readonly RateLimitState[]>,
  counted: Counted,
): Promise<LimitVerdict> {
  return judge(windows, takes, await states, counted)
}

function judge(
  windows: readonly CompiledWindow[],
  takes: readonly RateLimitTake[],
  states: readonly RateLimitState[],
  { principal }: Counted,
): LimitVerdict {
  const told: CountedWindow[] = []
  let isExceeded = false
  for (const [index, window] of windows.entries()) {
    const state = states[index] as RateLimitState
    if (state.waitSeconds > 0) isExceeded = true
    const { tell, isOwn } = window.limit
    if (tell ?? (isOwn && principal?.kind !== 'anonymous')) told.push({ window, state })
  }
  return isExceeded ? exceeded(windows, takes, states) : told
}

function exceeded(
  windows: readonly CompiledWindow[],
  takes: readonly RateLimitTake[],
  states: readonly RateLimitState[],
): AuthError {
  const over: CountedWindow[] = []
  const waits = new Map<CountedWindow, number>()
  for (const [index, window] of windows.entries()) {
    const state = states[index] as RateLimitState
    if (state.waitSeconds === 0) continue
    const counted = { window, state }
    over.push(counted)
    // Of a limit that others use too: the longest that it can take, which says nothing of how much they use.
    const { cost, quota, windowSeconds } = takes[index] as RateLimitTake
    waits.set(counted, Math.ceil(window.limit.isOwn ? state.waitSeconds : (cost * windowSeconds) / quota))
  }
  return new AuthError('too_many_requests', {
    reason: `limit ${over[0]?.window.limit.name}`,
    retryAfterSeconds: Math.max(...waits.values()),
    answerHeaders: { ...refusalFields(over, (counted) => waits.get(counted) ?? 1) },
  })
}
