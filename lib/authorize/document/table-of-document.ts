import { assertKnownKeys } from '../../options.ts'
import type { RouteRule } from '../route-rule.ts'
import type { RouteTableDefinition } from '../route-source.ts'
import { RuleError } from '../rule-error.ts'
import { type LocatedDocument, type Place, readDocument } from './located-document.ts'
import { type NamedPolicies, withPolicies } from './policies.ts'

/** A table as a document has it, and where its rules stand. */
export interface DocumentedTable extends RouteTableDefinition {
  /** An error that says file and line, for one that says of which rule it is. */
  located(error: unknown): unknown
}

/** @throws TypeError that tells file, line and what to do */
export function tableOfDocument(text: string, file: string, policies: NamedPolicies): DocumentedTable {
  const document = readDocument(text, file)
  const { value } = document
  const problem = problemOf(value)
  if (problem !== undefined) throw document.problem([], problem)
  const { routes, roleHierarchy } = value as {
    routes: readonly RouteRule[]
    roleHierarchy?: RouteTableDefinition['roleHierarchy']
  }
  const rules = routes.map((rule, index) => withPolicies(rule, ['routes', index], policies, document))
  return documentedTable({ rules, roleHierarchy }, document, (index) => ['routes', index])
}

export function documentedTable(
  definition: RouteTableDefinition,
  document: LocatedDocument,
  placeOf: (index: number) => Place,
): DocumentedTable {
  return {
    ...definition,
    located(error) {
      if (!(error instanceof TypeError)) return error
      const index = error instanceof RuleError ? definition.rules.indexOf(error.rule) : -1
      const place = index === -1 ? ['roleHierarchy'] : placeOf(index)
      return document.problem(place, error.message.replace(/^routes: /, ''))
    },
  }
}

function problemOf(value: unknown): string | undefined {
  try {
    assertKnownKeys('routes', value, ['routes', 'roleHierarchy', '$schema'])
  } catch (error) {
    return `a table of routes is an object with a list "routes": ${(error as Error).message.replace(/^routes: /, '')}`
  }
  const { routes } = value as { routes?: unknown }
  return Array.isArray(routes) && routes.length > 0 ? undefined : '"routes" must be a list of at least one rule'
}
