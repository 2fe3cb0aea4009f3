import { isLater } from '../effects.ts'
import { DependencyError } from '../errors.ts'
import { assertBoolean, assertKnownKeys, assertStrings, invalidOption } from '../options.ts'
import { checkedWindows, type LimitWindow } from './limit-window.ts'
import { isOwn, LIMIT_DIMENSIONS, type LimitDimension } from './partition.ts'
import type { Tier, TierTable } from './tier-table.ts'

/** A limit: what is counted together, and how much of it there may be. */
export interface LimitRule {
  /** What clients and events are told it is: letters, digits, `.`, `_` and `-`. */
  readonly name: string
  /** Requests with all of these in common are counted together. */
  readonly by: LimitDimension | readonly LimitDimension[]
  /** Each must have room. Either these or `tiers`. */
  readonly windows?: readonly LimitWindow[]
  /** Windows by the tier of the principal, such as of `tierTable()`. */
  readonly tiers?: TierTable
  /** The ids of the route rules that it is about, such as `GET /orders/**`. Default: all. */
  readonly routes?: readonly string[]
  /**
   * Whether `RateLimit` fields tell of it. Default: when what is counted is the caller's own: by credential, user, client or
   * tenant. What is left of others would tell how much those others use.
   */
  readonly tell?: boolean
}

/** What is said of a rule. */
export interface LimitName {
  readonly name: string
  /** Whether its use is the caller's own. */
  readonly isOwn: boolean
  readonly tell: boolean | undefined
}

/** A rule that is ready to count. */
export interface CompiledLimit extends LimitName {
  readonly by: readonly LimitDimension[]
  readonly routes: ReadonlySet<string> | undefined
  /** None, when it has tiers. */
  readonly fixedWindows: readonly CompiledWindow[]
  windowsOf(tier: string | undefined): readonly CompiledWindow[]
}

/** A window of a rule, with what is said of it. */
export interface CompiledWindow extends Required<LimitWindow> {
  readonly limit: LimitName
  /** Begins the key of every bucket. */
  readonly keyPrefix: string
  /** As an item of `RateLimit`: a string in quotes. */
  readonly label: string
  /** The item of `RateLimit-Policy`. */
  readonly policy: string
}

const NAME = /^[A-Za-z0-9._-]{1,64}$/

/** @throws TypeError when the rule is wrong */
export function compileLimit(rule: LimitRule): CompiledLimit {
  assertKnownKeys('limits', rule, ['name', 'by', 'windows', 'tiers', 'routes', 'tell'])
  const { name, windows, tiers, routes, tell } = rule
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw invalidOption('limits', '"name" must be 1 to 64 letters, digits, ".", "_" and "-"')
  }
  const by = typeof rule.by === 'string' ? [rule.by] : rule.by
  assertStrings('limits', 'by', by)
  for (const dimension of by) {
    if (LIMIT_DIMENSIONS.includes(dimension)) continue
    throw invalidOption('limits', `"${name}": "by" knows ${LIMIT_DIMENSIONS.join(', ')}, and no "${dimension}"`)
  }
  if ((windows === undefined) === (tiers === undefined)) {
    throw invalidOption('limits', `"${name}" needs either "windows" or "tiers"`)
  }
  if (routes !== undefined) assertStrings('limits', 'routes', routes)
  if (tell !== undefined) assertBoolean('limits', 'tell', tell)
  const said: LimitName = { name, isOwn: by.some(isOwn), tell }
  const fixedWindows = tiers === undefined ? compileWindows(said, windows, `"${name}"`, '') : []
  const windowsOf = tiers === undefined ? () => fixedWindows : tiered(said, tiers)
  return { ...said, by, routes: routes && new Set(routes), fixedWindows, windowsOf }
}

/** Whether it can be counted before anybody is known. */
export function isByNetwork({ by }: Pick<CompiledLimit, 'by'>): boolean {
  return by.includes('network') && by.every((dimension) => dimension === 'network' || dimension === 'route')
}

function tiered(limit: LimitName, tiers: unknown): CompiledLimit['windowsOf'] {
  const { name } = limit
  if (typeof (tiers as TierTable | null)?.tierOf !== 'function') {
    throw invalidOption('limits', `"${name}": "tiers" must be a table, such as tierTable({ default: [ … ] })`)
  }
  const table = tiers as TierTable
  const compiled = new WeakMap<Tier, readonly CompiledWindow[]>()
  return (tierName) => {
    const tier = table.tierOf(tierName)
    let windows = compiled.get(tier)
    if (!windows) {
      if (isLater(tier)) throw tooLate(tier)
      windows = compileWindows(limit, tier.windows, `"${name}", tier "${tier.name}"`, `${tier.name}\n`)
      compiled.set(tier, windows)
    }
    return windows
  }
}

/** A table in memory is meant. What comes of the promise is nobody's: its failure must not end the process. */
function tooLate(answer: PromiseLike<unknown>): DependencyError {
  Promise.resolve(answer).catch(() => undefined)
  return new DependencyError('tier table', 'answered later; it must answer at once')
}

function compileWindows(limit: LimitName, list: unknown, what: string, tier: string): readonly CompiledWindow[] {
  const windows = checkedWindows(what, list)
  return windows.map((window) => {
    const { quota, windowSeconds } = window
    const label = `"${windows.length === 1 ? limit.name : `${limit.name}-${windowSeconds}s`}"`
    const keyPrefix = `${limit.name}\n${windowSeconds}\n${tier}`
    return { ...window, limit, keyPrefix, label, policy: `${label};q=${quota};w=${windowSeconds}` }
  })
}
