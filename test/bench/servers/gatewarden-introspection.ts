import type { RequestListener } from 'node:http'
import { boundary, introspectionAuthenticator, type TokenCache } from 'gatewarden'
import type { ServerContext } from '../server-context.ts'
import { ORDER_ROUTES, TOKEN_CLAIMS } from './gatewarden-options.ts'
import { expressWith } from './order.ts'

/** Longer than a benchmark runs: what is measured is either the cache or the question, and not some of both. */
const CACHE_TTL_SECONDS = 3_600

export function start(context: ServerContext): RequestListener {
  return expressWithIntrospection(context)
}

export function expressWithIntrospection(
  { issuer, introspectionEndpoint, audience }: ServerContext,
  cache?: TokenCache,
): RequestListener {
  const authenticate = introspectionAuthenticator({
    endpoint: introspectionEndpoint,
    issuer,
    audience,
    client: { method: 'basic', clientId: 'gateway', clientSecret: 'a secret of the benchmark only' },
    claims: TOKEN_CLAIMS,
    cacheTtlSeconds: CACHE_TTL_SECONDS,
    ...(cache && { cache }),
  })
  return expressWith(boundary({ authenticate, routes: ORDER_ROUTES }))
}
