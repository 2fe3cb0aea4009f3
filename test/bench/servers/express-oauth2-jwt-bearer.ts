import type { RequestListener } from 'node:http'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import type { ServerContext } from '../server-context.ts'
import { expressWith, ORDER_SCOPE } from './order.ts'

/** Without `tokenSigningAlg` it takes every asymmetric algorithm, as the key says. */
export function start({ issuer, jwksUri, audience }: ServerContext): RequestListener {
  return expressWith(auth({ issuer, jwksUri, audience }), requiredScopes(ORDER_SCOPE))
}
