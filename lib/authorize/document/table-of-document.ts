import { assertKnownKeys } from '../../options.ts'
import type { RouteRule } from '../route-rule.ts'
import type { RouteTableDefinition } from '../route-source.ts'
import { type DocumentedTable, documentedTable } from './documented-table.ts'
import { readDocument } from './located-document.ts'
import { namesOfDocument, type RouteNames, withNames } from './names.ts'
import { tableOfOpenApi } from './openapi.ts'
import { isObject } from './openapi-values.ts'
import { type NamedPolicies, withPolicies } from './policies.ts'

/** A table of ours, or one out of an OpenAPI document. @throws TypeError that tells file, line and what to do */
export function tableOfDocument(
  text: string,
  file: string,
  policies: NamedPolicies,
  given: RouteNames = {},
): DocumentedTable {
  const document = readDocument(text, file)
  const { value } = document
  if (isObject(value) && Object.hasOwn(value, 'openapi')) return tableOfOpenApi(document, policies, given)
  const problem = problemOf(value)
  if (problem !== undefined) throw document.problem([], problem)
  const { routes, roleHierarchy, networks, times } = value as RouteNames & {
    routes: readonly RouteRule[]
    roleHierarchy?: RouteTableDefinition['roleHierarchy']
  }
  const names = namesOfDocument({ networks, times } as RouteNames, given, document)
  const rules = routes.map((rule, index) => {
    const place = ['routes', index]
    return withNames(withPolicies(rule, place, policies, document), place, names, document)
  })
  return documentedTable({ rules, roleHierarchy }, document, (index) => ['routes', index])
}

function problemOf(value: unknown): string | undefined {
  try {
    assertKnownKeys('routes', value, ['routes', 'roleHierarchy', 'networks', 'times', '$schema'])
  } catch (error) {
    return `a table of routes is an object with a list "routes": ${(error as Error).message.replace(/^routes: /, '')}`
  }
  const { routes } = value as { routes?: unknown }
  return Array.isArray(routes) && routes.length > 0 ? undefined : '"routes" must be a list of at least one rule'
}
