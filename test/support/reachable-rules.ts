import assert from 'node:assert/strict'
import { idOfRule, type RouteRule } from '../../lib/authorize/route-rule.ts'
import { createRouteTable } from '../../lib/authorize/route-table.ts'
import { pathCanonicalizer } from '../../lib/request/canonical-path.ts'

const canonicalize = pathCanonicalizer()

/** The rules without those that a table refuses, because they govern nothing. */
export function reachableRules(rules: readonly RouteRule[]): readonly RouteRule[] {
  let left = rules
  for (;;) {
    try {
      createRouteTable(left, (path) => canonicalize(path)?.segments)
      return left
    } catch (error) {
      const id = /^routes: "([^"]+)" governs nothing/.exec(String((error as Error).message))?.[1]
      assert.ok(id !== undefined, String(error))
      left = left.filter((rule) => idOfRule(rule) !== id)
    }
  }
}
