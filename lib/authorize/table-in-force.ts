import { invalidOption } from '../options.ts'
import type { RouteRule } from './route-rule.ts'
import type { RouteSource } from './route-source.ts'
import { createRouteTable, type RouteTable, type RouteTableOptions } from './route-table.ts'

/**
 * The table that governs now: of a list of rules always the same; of a source, the last that it gave.
 * @throws TypeError for a bad table, as `createRouteTable` does
 */
export function tableInForce(
  routes: readonly RouteRule[] | RouteSource,
  canonicalSegments: (path: string) => readonly string[] | undefined,
  options: RouteTableOptions,
): () => RouteTable {
  if (!isSource(routes)) {
    const table = createRouteTable(routes, canonicalSegments, options)
    return () => table
  }
  if (options.roleHierarchy !== undefined) {
    throw invalidOption('boundary', '"roleHierarchy" belongs to the table: write it where the routes come from')
  }
  let table: RouteTable | undefined
  routes.follow(({ rules, roleHierarchy }) => {
    const next = createRouteTable(rules, canonicalSegments, { ...options, roleHierarchy })
    return () => {
      table = next
    }
  })
  return () => {
    if (!table) throw new TypeError('routes: the source has given no table')
    return table
  }
}

function isSource(routes: unknown): routes is RouteSource {
  return typeof (routes as Partial<RouteSource> | null)?.follow === 'function'
}
