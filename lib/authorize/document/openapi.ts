import type { RouteRule } from '../route-rule.ts'
import { type DocumentedTable, documentedTable } from './documented-table.ts'
import type { LocatedDocument, Place } from './located-document.ts'
import { type RouteNames, withNames } from './names.ts'
import { basePathsOf, routePathOf } from './openapi-paths.ts'
import { askOf, COST } from './openapi-security.ts'
import { isObject, type JsonObject, memberOf, resolved } from './openapi-values.ts'
import { type NamedPolicies, withPolicies } from './policies.ts'

/** The methods of a path item, besides TRACE, which no gateway lets in: OpenAPI 3.1, section 4.8.9. */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch']

/**
 * Rules out of an OpenAPI 3 document: one for each operation, that asks for what its `security` and its extensions say.
 * @throws TypeError that tells file, line and what to do; also for an operation that does not say whether it is public
 */
export function tableOfOpenApi(
  document: LocatedDocument,
  policies: NamedPolicies,
  names: RouteNames = {},
): DocumentedTable {
  const root = document.value as JsonObject
  const places: Place[] = []
  const rules: RouteRule[] = []
  const version = root.openapi
  if (typeof version !== 'string' || !/^3\.[01]\.\d+/.test(version)) {
    throw document.problem(['openapi'], `"openapi" must be 3.0 or 3.1, not ${JSON.stringify(version)}`)
  }
  for (const template of Object.keys(memberOf(root, 'paths', [], document))) {
    const at: Place = ['paths', template]
    if (template.startsWith('x-')) continue
    const item = resolved((root.paths as JsonObject)[template], at, document)
    const methods = METHODS.filter((method) => item[method] !== undefined)
    assertHeadFollows(item, at, document)
    for (const method of methods.filter((each) => each !== 'head' || !methods.includes('get'))) {
      const place: Place = [...at, method]
      const operation = item[method]
      if (!isObject(operation)) throw document.problem(place, 'an operation is an object')
      const written = withPolicies(askOf({ root, item, operation, place }, document), place, policies, document)
      const ask = withNames(written, place, names, document)
      for (const base of basePathsOf([operation, item, root], place, document)) {
        const path = routePathOf(base, template, at, document)
        rules.push({ path, methods: [method.toUpperCase()], ...ask, ...costOf([operation, item, root]) })
        places.push(place)
      }
    }
  }
  if (rules.length === 0) throw document.problem(['paths'], '"paths" holds no operation')
  return documentedTable({ rules }, document, (index) => places[index] ?? ['paths'])
}

/** What a request counts for in limits, as the nearest level says it. */
function costOf(levels: readonly JsonObject[]): Pick<RouteRule, 'cost'> {
  const cost = levels.map((level) => level[COST]).find((each) => each !== undefined)
  return cost === undefined ? {} : { cost: cost as number }
}

/** HEAD is governed by the rule for GET: it must not ask for anything else. */
function assertHeadFollows(item: JsonObject, at: Place, document: LocatedDocument): void {
  const { get, head } = item
  if (!isObject(get) || !isObject(head)) return
  const asked = [get, head].map((operation) =>
    JSON.stringify(
      Object.entries(operation)
        .filter(([name]) => name === 'security' || name.startsWith('x-'))
        .sort(),
    ),
  )
  if (asked[0] !== asked[1]) {
    throw document.problem([...at, 'head'], 'HEAD follows GET here; leave it out, or let it ask for the same')
  }
}
