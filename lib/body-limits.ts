import { type AllowedRoute, isAllowedRoute, parseAllowedRoute } from './allowed-route.ts'
import { assertPositiveNumber, invalidOption } from './options.ts'
import type { RequestView } from './request-view.ts'

export interface BodyLimitOptions {
  /** Longer bodies are answered 413. Default 1,048,576. */
  readonly maxBodyBytes?: number
  /** Other limits for some routes, the first that matches: `{ 'POST /imports/**': 16_777_216 }`. */
  readonly maxBodyBytesByRoute?: Readonly<Record<string, number>>
}

/** How many bytes the body of a request may have. */
export type BodyLimit = (request: RequestView) => number

/** @throws TypeError when a limit is no positive number, or a route is none */
export function bodyLimit(factory: string, options: BodyLimitOptions): BodyLimit {
  const { maxBodyBytes = 1_048_576, maxBodyBytesByRoute = {} } = options
  assertPositiveNumber(factory, 'maxBodyBytes', maxBodyBytes)
  const routes = Object.entries(maxBodyBytesByRoute).map(([route, maxBytes]) => {
    assertPositiveNumber(factory, `maxBodyBytesByRoute["${route}"]`, maxBytes)
    return { route: parseRoute(factory, route), maxBytes }
  })
  return (request) => routes.find(({ route }) => isAllowedRoute(route, request))?.maxBytes ?? maxBodyBytes
}

function parseRoute(factory: string, route: string): AllowedRoute {
  try {
    return parseAllowedRoute(route)
  } catch (error) {
    throw invalidOption(factory, `"maxBodyBytesByRoute" ${error instanceof Error ? error.message : 'holds no route'}`)
  }
}
