import type { RequestListener } from 'node:http'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import type { ServerContext } from '../server-context.ts'
import { expressWith, ORDER_SCOPE } from './order.ts'

export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  return expressWith(auth({ issuer, jwksUri, audience, tokenSigningAlg: 'RS256' }), requiredScopes(ORDER_SCOPE))
}
