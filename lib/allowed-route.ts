import type { RequestView } from './request-view.ts'

/** A route that a key is limited to. */
export interface AllowedRoute {
  /** Every method when absent. */
  readonly methods: readonly string[] | undefined
  readonly segments: readonly string[]
}

const ROUTE = /^(?:([A-Z]+(?:,[A-Z]+)*) )?(\/[A-Za-z0-9\-._~!$&'()+,=:@*/]*)$/

/**
 * Reads a route such as `/orders/**` or `GET,POST /orders/:id`: `:name` and `*` stand for one segment, `**` at the end for
 * any number of them.
 * @throws TypeError when it is none
 */
export function parseAllowedRoute(route: string): AllowedRoute {
  const match = ROUTE.exec(route)
  const segments = match?.[2] === '/' ? [] : (match?.[2]?.slice(1).split('/') ?? [''])
  const misplaced = segments.some((segment, index) => segment === '**' && index < segments.length - 1)
  if (!match || misplaced || segments.some(isUnusable)) {
    throw new TypeError(`holds "${route}", which is no route like "GET /orders/**"`)
  }
  const methods = match[1]?.split(',')
  return { methods: methods?.includes('GET') ? [...methods, 'HEAD'] : methods, segments: segments.map(lowerUnlessName) }
}

function isUnusable(segment: string): boolean {
  return segment === '' || segment === '.' || segment === '..' || (segment.includes('*') && !/^\*\*?$/.test(segment))
}

function lowerUnlessName(segment: string): string {
  return segment.startsWith(':') ? '*' : segment.toLowerCase()
}

export function isAllowedRoute(
  route: AllowedRoute,
  { method, segments }: Pick<RequestView, 'method' | 'segments'>,
): boolean {
  if (route.methods && !route.methods.includes(method)) return false
  const open = route.segments.at(-1) === '**'
  const fixed = open ? route.segments.slice(0, -1) : route.segments
  if (open ? segments.length < fixed.length : segments.length !== fixed.length) return false
  return fixed.every((piece, index) => piece === '*' || piece === segments[index]?.toLowerCase())
}
