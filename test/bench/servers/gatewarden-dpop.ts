import type { RequestListener } from 'node:http'
import { boundary, dpopVerifier, jwtAuthenticator } from 'gatewarden'
import { PUBLIC_ORIGIN } from '../proofs.ts'
import type { ServerContext } from '../server-context.ts'
import { ORDER_ROUTES, TOKEN_CLAIMS } from './gatewarden-options.ts'
import { expressWith } from './order.ts'

export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  const dpop = dpopVerifier({ origins: [PUBLIC_ORIGIN] })
  const algorithms = ['RS256'] as const
  const authenticate = jwtAuthenticator({ issuer, jwksUri, audience, algorithms, dpop, claims: TOKEN_CLAIMS })
  return expressWith(boundary({ authenticate, routes: ORDER_ROUTES }))
}
