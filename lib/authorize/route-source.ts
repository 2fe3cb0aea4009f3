import type { RoleHierarchy } from './requirements/role-hierarchy.ts'
import type { RouteRule } from './route-rule.ts'

/** A route table as it is written, before it is compiled. */
export interface RouteTableDefinition {
  readonly rules: readonly RouteRule[]
  readonly roleHierarchy?: RoleHierarchy | undefined
}

/** Where a route table comes from that may change while it is in use. */
export interface RouteSource {
  /**
   * The headers that policies of its tables may set, now or later: no client can send them. A table that sets another one is
   * refused. Default: those of its first table.
   */
  readonly setsHeaders?: readonly string[]
  /**
   * Takes whoever uses the table: `prepare` compiles one, now and whenever it changes, and returns what puts it in force.
   * When it throws, at the first time, so does this; later, the table before it stays in force, everywhere.
   */
  follow(prepare: (definition: RouteTableDefinition) => () => void): void
}
