import type { RequestListener } from 'node:http'
import { boundary, jwtAuthenticator } from 'gatewarden'
import type { ServerContext } from '../server-context.ts'
import { expressWith, ORDER_SCOPE } from './order.ts'

export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  return expressWith(
    boundary({
      authenticate: jwtAuthenticator({
        issuer,
        jwksUri,
        audience,
        algorithms: ['RS256'],
        claims: { roles: 'roles', tenantId: 'tenant_id', email: 'email' },
      }),
      routes: [{ path: '/orders/**', methods: ['GET'], scopes: [ORDER_SCOPE] }],
    }),
  )
}
