import type { LocatedDocument, Place } from './located-document.ts'
import { isObject, type JsonObject } from './openapi-values.ts'

const EXPRESSION = /^\{([^{}]+)\}$/
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A path template as a route's path, below the base path. @throws TypeError for what no route can say */
export function routePathOf(base: string, template: string, place: Place, document: LocatedDocument): string {
  if (!template.startsWith('/')) throw document.problem(place, 'a path begins with "/"')
  const segments = template.split('/').map((segment) => {
    const name = EXPRESSION.exec(segment)?.[1]
    if (name !== undefined) return NAME.test(name) ? `:${name}` : '*'
    if (/[{}]/.test(segment)) {
      throw document.problem(
        place,
        `the segment "${segment}" is only in part a parameter; a route can tell whole segments only`,
      )
    }
    assertLiteral(segment, place, document)
    return segment
  })
  return base + segments.join('/')
}

function assertLiteral(segment: string, place: Place, document: LocatedDocument): void {
  if (!segment.includes('*') && !segment.startsWith(':')) return
  throw document.problem(place, `the segment "${segment}" means something else in a route; a path here cannot have it`)
}

/**
 * The base paths of the servers: those of the operation, or else of its path, or else of the document. Hosts are left out:
 * whoever calls reaches this gateway.
 * @param levels the objects that may have `servers`, nearest first
 */
export function basePathsOf(levels: readonly JsonObject[], place: Place, document: LocatedDocument): readonly string[] {
  const servers = levels.map((level) => level.servers).find((list) => Array.isArray(list) && list.length > 0)
  if (!Array.isArray(servers)) return ['']
  return [...new Set(servers.map((server) => basePathOf(server, place, document)))]
}

function basePathOf(server: unknown, place: Place, document: LocatedDocument): string {
  const { url, variables = {} } = isObject(server) ? server : {}
  if (typeof url !== 'string' || !isObject(variables)) throw document.problem(place, 'a server has a "url"')
  const full = url.replace(/\{([^{}]+)\}/g, (_expression, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    const value = isObject(variable) ? variable.default : undefined
    if (typeof value !== 'string') throw document.problem(place, `the server variable "${name}" has no default`)
    return value
  })
  const [, path = full.startsWith('/') ? full : ''] = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/]*(\/.*|)$/i.exec(full) ?? []
  if (path === '' && !full.includes('//')) {
    throw document.problem(place, `the server "${url}" is relative to where the document is; write its whole path`)
  }
  if (/[?#]/.test(path)) throw document.problem(place, `the server "${url}" has more than a path`)
  for (const segment of path.split('/')) assertLiteral(segment, place, document)
  return path.replace(/\/$/, '')
}
