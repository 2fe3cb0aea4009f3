import { invalidOption } from '../options.ts'
import { checkedHeaderNames } from './policy-headers.ts'
import type { RouteRule } from './route-rule.ts'
import type { RouteSource } from './route-source.ts'
import { createRouteTable, type RouteTable, type RouteTableOptions } from './route-table.ts'

/** The table that governs, and what is so of all tables that will. */
export interface TableInForce {
  /** Of a list of rules always the same; of a source, the last that it gave. */
  now(): RouteTable
  /** The headers that policies may set, lower-case. */
  readonly setsHeaders: readonly string[]
}

/** @throws TypeError for a bad table, as `createRouteTable` does */
export function tableInForce(
  routes: readonly RouteRule[] | RouteSource,
  canonicalSegments: (path: string) => readonly string[] | undefined,
  options: RouteTableOptions,
): TableInForce {
  if (!isSource(routes)) {
    const table = createRouteTable(routes, canonicalSegments, options)
    return { now: () => table, setsHeaders: headersSetIn(table) }
  }
  if (options.roleHierarchy !== undefined) {
    throw invalidOption('boundary', '"roleHierarchy" belongs to the table: write it where the routes come from')
  }
  let table: RouteTable | undefined
  let setsHeaders = routes.setsHeaders && checkedHeaderNames('routes', routes.setsHeaders)
  routes.follow(({ rules, roleHierarchy }) => {
    const next = createRouteTable(rules, canonicalSegments, { ...options, roleHierarchy })
    setsHeaders ??= headersSetIn(next)
    assertSetsNoMore(next, setsHeaders)
    return () => {
      table = next
    }
  })
  // A source that gives its first table later than it should sets nothing then that clients could send until then.
  setsHeaders ??= []
  return {
    now() {
      if (!table) throw new TypeError('routes: the source has given no table')
      return table
    },
    setsHeaders,
  }
}

function headersSetIn({ rules }: RouteTable): readonly string[] {
  return [...new Set(rules.flatMap(({ setsHeaders }) => setsHeaders))]
}

/** What a client could have sent until now is not taken for ours from now on. */
function assertSetsNoMore(table: RouteTable, known: readonly string[]): void {
  for (const { id, setsHeaders } of table.rules) {
    const more = setsHeaders.find((name) => !known.includes(name))
    if (more === undefined) continue
    throw invalidOption('routes', `"${id}" has a policy that sets "${more}"; name it in "setsHeaders" of their source`)
  }
}

function isSource(routes: unknown): routes is RouteSource {
  return typeof (routes as Partial<RouteSource> | null)?.follow === 'function'
}
