import assert from 'node:assert/strict'
import type { RouteRule } from '../../lib/authorize/route-rule.ts'

export const idOf = ({ path, methods, hosts }: RouteRule) =>
  `${methods?.join(',') ?? '*'} ${hosts?.join(',') ?? ''}${path}`

/** A table, without the rules that it refuses because they govern nothing. */
export function reachableRules(
  rules: readonly RouteRule[],
  compile: (rules: readonly RouteRule[]) => unknown,
): readonly RouteRule[] {
  let left = rules
  for (;;) {
    try {
      compile(left)
      return left
    } catch (error) {
      const id = /^routes: "([^"]+)" governs nothing/.exec(String((error as Error).message))?.[1]
      assert.ok(id !== undefined, String(error))
      left = left.filter((rule) => idOf(rule) !== id)
    }
  }
}
