import type { RequestListener } from 'node:http'
import { boundary, jwtAuthenticator } from 'gatewarden'
import type { ServerContext } from '../server-context.ts'
import { ORDER_ROUTES, TOKEN_CLAIMS } from './gatewarden-options.ts'
import { expressWith } from './order.ts'

export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  const algorithms = ['RS256', 'ES256', 'EdDSA'] as const
  const authenticate = jwtAuthenticator({ issuer, jwksUri, audience, algorithms, claims: TOKEN_CLAIMS })
  return expressWith(boundary({ authenticate, routes: ORDER_ROUTES }))
}
