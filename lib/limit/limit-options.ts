import { assertDelayMs, assertFunction, assertKnownKeys, assertOneOf, invalidOption } from '../options.ts'
import { type CompiledLimit, compileLimit, isByNetwork } from './limit-rule.ts'
import type { LimitOptions, PricedRoute } from './limiter.ts'

const KNOWN = ['rules', 'costs', 'store', 'onStoreFailure', 'deadlineMs', 'networkPrefixes', 'warn']

/** @throws TypeError when an option is wrong */
export function checkedLimitOptions(options: LimitOptions, priced: readonly PricedRoute[]): readonly CompiledLimit[] {
  assertKnownKeys('limits', options, KNOWN)
  const { rules, costs = {}, store, onStoreFailure, deadlineMs, networkPrefixes = {}, warn } = options
  if (!Array.isArray(rules) || rules.length === 0) {
    throw invalidOption('limits', '"rules" must be a list of at least one limit; without limits leave "limits" out')
  }
  if (store !== undefined && typeof store?.take !== 'function') {
    throw invalidOption('limits', '"store" must be a RateLimitStore, such as redisRateLimitStore({ … })')
  }
  if (onStoreFailure !== undefined) assertOneOf('limits', 'onStoreFailure', onStoreFailure, ['local', 'refuse'])
  if (deadlineMs !== undefined) assertDelayMs('limits', 'deadlineMs', deadlineMs)
  if (warn !== undefined) assertFunction('limits', 'warn', warn)
  assertPrefixes(networkPrefixes)
  const routes = priced.map(({ id }) => id)
  const limits = rules.map((rule) => compileLimit(rule))
  const names = limits.map(({ name }) => name)
  if (new Set(names).size !== names.length) throw invalidOption('limits', 'two rules have one "name"')
  for (const limit of limits) assertRule(limit, routes, rules)
  assertCosts(costs, routes, limits)
  assertPrices(priced, costs, limits)
  return limits
}

function assertPrefixes(prefixes: unknown): void {
  assertKnownKeys('limits', prefixes, ['ipv4', 'ipv6'])
  for (const [name, most] of [
    ['ipv4', 32],
    ['ipv6', 128],
  ] as const) {
    const bits = (prefixes as Readonly<Record<string, unknown>>)[name]
    if (bits === undefined || (Number.isInteger(bits) && Number(bits) >= 1 && Number(bits) <= most)) continue
    throw invalidOption('limits', `"networkPrefixes.${name}" must be a whole number from 1 to ${most}`)
  }
}

function assertRule(limit: CompiledLimit, routes: readonly string[], rules: LimitOptions['rules']): void {
  const { name } = limit
  if (isByNetwork(limit) && rules.some((rule) => rule.name === name && rule.tiers !== undefined)) {
    throw invalidOption('limits', `"${name}" is counted before anybody is known, so it can have no "tiers"`)
  }
  for (const id of limit.routes ?? []) assertRoute(`"${name}"`, id, routes)
}

function assertCosts(costs: unknown, routes: readonly string[], limits: readonly CompiledLimit[]): void {
  assertKnownKeys('limits', costs, Object.keys(costs ?? {}))
  for (const [id, cost] of Object.entries(costs as Readonly<Record<string, unknown>>)) {
    assertRoute('"costs"', id, routes)
    if (!Number.isSafeInteger(cost) || Number(cost) < 0) {
      throw invalidOption('limits', `"costs" of "${id}" must be a whole number of at least 0`)
    }
    for (const limit of limits) assertAffordable(limit, id, Number(cost))
  }
}

/** What rules say themselves. */
function assertPrices(priced: readonly PricedRoute[], costs: object, limits: readonly CompiledLimit[]): void {
  for (const { id, cost } of priced) {
    if (cost === undefined) continue
    if (Object.hasOwn(costs, id)) {
      throw invalidOption('limits', `"costs" names "${id}", whose rule says its "cost" itself; decide for one`)
    }
    for (const limit of limits) assertAffordable(limit, id, cost)
  }
}

/** Tiers may change, so what is dearer than one of them allows takes all that there is. Fixed windows are a mistake. */
function assertAffordable(limit: CompiledLimit, id: string, cost: number): void {
  if (limit.routes && !limit.routes.has(id)) return
  for (const { burst } of limit.fixedWindows) {
    if (cost <= burst) continue
    throw invalidOption('limits', `"${id}" costs ${cost}, more than the burst of "${limit.name}", ${burst}`)
  }
}

function assertRoute(what: string, id: string, routes: readonly string[]): void {
  if (routes.includes(id)) return
  const known = routes.length === 0 ? 'there is no route table' : `it has ${routes.slice(0, 20).join(', ')}`
  throw invalidOption('limits', `${what} names the route "${id}", which the table does not have; ${known}`)
}
